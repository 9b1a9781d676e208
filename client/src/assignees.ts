/** Whom alerts can be given to: asked for once, when a page first needs it. */
import { signal } from '@preact/signals'
import { getAssignees } from './api/alerts.ts'
import { whoAmI } from './session.ts'

const known = signal<readonly string[] | null>(null)

export async function askAssignees(): Promise<void> {
  if (known.peek()) return
  try {
    known.value = await getAssignees()
  } catch {
    // Whoever is signed in can be chosen all the same; the next page asks again.
  }
}

/** The one who is signed in first. */
export function assignees(): readonly string[] {
  const me = whoAmI()
  return [...(me ? [me] : []), ...(known.value ?? []).filter((name) => name !== me)]
}
