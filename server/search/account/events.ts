/** The stored events of one account, newest first, within bounds of number and time. */
import { accountOf } from '../../domain/account.ts'
import { type Fields, valuesAt } from '../../domain/json.ts'
import type { Millis } from '../../domain/time.ts'
import type { ScanRequest, Store } from '../../store/store.ts'
import { parseNormalised } from '../document.ts'
import type { Range } from '../query.ts'
import { scanPages } from '../scan-pages.ts'
import type { Turn } from '../turn.ts'

export type AccountEvent = { id: string; time: Millis; fields: Fields }
export type AccountQuestion = Range & {
  /** In any case. */
  account: string
  /** Those of drills, or all others. */
  drill: boolean
}
/** Whether every event of the range was looked at, and the time of the oldest that was. */
export type Walked = { complete: boolean; oldest: Millis | null }

// One account's events lie scattered in the store: some tens of microseconds each.
const MOST_EVENTS = 20_000
const MOST_TIME = 2_500

/** Shows each event to `see`; ends early where there are too many. */
export async function walkAccount(
  { account, drill, ...range }: AccountQuestion,
  store: Pick<Store, 'scan'>,
  turn: Turn,
  see: (event: AccountEvent) => void,
): Promise<Walked> {
  const wanted = account.toLowerCase()
  const ends = performance.now() + MOST_TIME
  const request: Omit<ScanRequest, 'limit' | 'budget'> = {
    ...range,
    only: { account: [wanted] },
    needles: [],
    order: 'newest',
    form: 'normalised',
  }
  let oldest: Millis | null = null
  let seen = 0
  for await (const events of scanPages(store, request, turn)) {
    if (seen > 0 && (seen >= MOST_EVENTS || performance.now() > ends)) return { complete: false, oldest }
    for (const { json, time, event } of events) {
      if ((event.drill !== null) !== drill) continue
      const fields = parseNormalised(json) as Fields
      if (!isOf(fields, wanted)) continue
      see({ id: event.id, time, fields })
      oldest = time
    }
    seen += events.length
  }
  return { complete: true, oldest }
}

// The column also holds events that name several accounts.
function isOf(fields: Fields, wanted: string): boolean {
  if (accountOf(fields) === wanted) return true
  return ['user.email', 'user.name', 'user.id'].some((path) =>
    valuesAt(fields, path).some((value) => typeof value === 'string' && value.toLowerCase() === wanted),
  )
}
