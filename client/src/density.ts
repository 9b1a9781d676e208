/** How close rows stand. The choice is this browser's. */
import { signal } from '@preact/signals'
import { recall, remember } from './theme.ts'

const KEY = 'density'

export const compact = signal(recall(KEY) === 'compact')

export function startDensity(): void {
  apply()
}

export function toggleDensity(): void {
  compact.value = !compact.value
  remember(KEY, compact.value ? 'compact' : 'comfortable')
  apply()
}

function apply(): void {
  if (compact.peek()) document.documentElement.dataset['density'] = 'compact'
  else delete document.documentElement.dataset['density']
}
