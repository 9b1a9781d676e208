/** What an account may have reached while it was not its owner's, as rows of words. */
import type { Json } from '../../../server/domain/json.ts'
import { plainValue } from './json.ts'
import { formatCount } from './words.ts'

export type BlastRow = { label: string; counts: string[]; items: string[]; more: number }

const LABELS: Record<string, string> = {
  sent: 'Sent',
  read: 'Read',
  deleted: 'Deleted',
  shared: 'Shared',
  granted: 'Access given',
  rules: 'Rules made',
  forwardedTo: 'Forwarded to',
  signIns: 'Signed in from',
}
// About the answer, not in it.
const FRAME = new Set(['since', 'until', 'complete'])
const MOST = 8

/** A row for each part that has something in it. Numbers are counted, lists are named, in the order of the answer. */
export function blastRows(blast: { [name: string]: Json }): BlastRow[] {
  return Object.entries(blast)
    .filter(([name]) => !FRAME.has(name))
    .map(([name, part]) => {
      const { counts, items } = read(part)
      const label = LABELS[name] ?? words(name)
      return { label, counts, items: items.slice(0, MOST), more: Math.max(0, items.length - MOST) }
    })
    .filter((row) => row.counts.length + row.items.length > 0)
}

function read(part: Json): { counts: string[]; items: string[] } {
  if (part === null || part === false || part === 0 || part === '') return { counts: [], items: [] }
  if (typeof part === 'number') return { counts: [formatCount(part)], items: [] }
  if (Array.isArray(part)) return { counts: [], items: part.map(told) }
  if (typeof part !== 'object') return { counts: [], items: [told(part)] }
  const counts: string[] = []
  const items: string[] = []
  for (const [name, value] of Object.entries(part)) {
    if (typeof value === 'number') {
      if (value > 0) counts.push(`${formatCount(value)} ${words(name).toLowerCase()}`)
    } else if (value !== null) items.push(...read(value).items)
  }
  return { counts, items }
}

function told(value: Json): string {
  if (typeof value !== 'object' || value === null) return plainValue(value)
  const parts = Array.isArray(value) ? value : Object.values(value)
  return parts
    .filter((part) => part !== null && part !== '')
    .map(told)
    .join(', ')
}

/** `forwardedTo` is `Forwarded to`. */
function words(name: string): string {
  const apart = name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return apart.charAt(0).toUpperCase() + apart.slice(1)
}
