/** What is usual for an account over the stored history, what is new, and its last sign-ins. */
import type { AccountHistory, SeenValue } from '../../domain/api.ts'
import { textAt } from '../../domain/json.ts'
import { DAY, HOUR, type Millis, toIso } from '../../domain/time.ts'
import type { Store } from '../../store/store.ts'
import type { Turn } from '../turn.ts'
import { walkAccount } from './events.ts'
import { isFailure, isSending, isSignIn, type Trait, type Traits, traitsOf } from './traits.ts'

const NEW_WITHIN: Millis = 7 * DAY
const SHOWN_VALUES = 20
const SHOWN_SIGN_INS = 20
// An attacker can bring any number of values; the first ones found are enough.
const MOST_VALUES = 10_000
/** An audit record tells a sign-in again, up to so much earlier or later. */
const SAME_SIGN_IN: Millis = 5_000

export type ProfileQuestion = { account: string; now: Millis }

/** Null: no event of it is stored. Failed sign-ins are listed and are never usual. */
export async function accountProfile(
  { account, now }: ProfileQuestion,
  store: Pick<Store, 'scan'>,
  turn: Turn,
): Promise<AccountHistory | null> {
  const traits = new Map<Trait, Map<string, { count: number; first: Millis; last: Millis }>>()
  const hours = Array.from({ length: 24 }, () => 0)
  const mailHours = new Map<number, number>()
  const signIns: AccountHistory['signIns'] = []
  let [events, mails, newest] = [0, 0, -Infinity]
  const { complete, oldest } = await walkAccount({ account, drill: false }, store, turn, (event) => {
    const { id, time, fields } = event
    events++
    newest = Math.max(newest, time)
    const own = traitsOf(fields)
    if (isSignIn(fields)) list({ eventId: id, time: toIso(time), ...shown(own), outcome: outcome() })
    if (isFailure(fields)) return
    hours[new Date(time).getUTCHours()]!++
    if (isSending(fields)) {
      mails++
      mailHours.set(Math.floor(time / HOUR), (mailHours.get(Math.floor(time / HOUR)) ?? 0) + 1)
    }
    for (const [trait, value] of Object.entries(own) as [Trait, string][]) count(trait, value, time)

    function outcome() {
      return textAt(fields, 'event.outcome') ?? 'unknown'
    }
  })
  if (oldest === null) return null
  const since = now - NEW_WITHIN
  // Of an account that is new itself, everything would be.
  const isKnown = oldest < since
  const days = Math.max(1, (newest - oldest) / DAY)
  return {
    firstSeen: toIso(oldest),
    lastSeen: toIso(newest),
    events,
    complete,
    usual: {
      countries: usual('country'),
      networks: usual('network'),
      apps: usual('app'),
      devices: usual('device'),
      hours,
      mailsPerDay: Math.round((mails / days) * 10) / 10,
      mostMailsAnHour: Math.max(0, ...mailHours.values()),
    },
    new: isKnown ? [...traits].flatMap(([trait, values]) => fresh(trait, values)).sort(byFirstSeen) : [],
    signIns,
  }

  function count(trait: Trait, value: string, time: Millis): void {
    const values = traits.get(trait) ?? new Map<string, { count: number; first: Millis; last: Millis }>()
    traits.set(trait, values)
    const known = values.get(value)
    if (!known && values.size >= MOST_VALUES) return
    const { first = time, last = time } = known ?? {}
    const span = { first: Math.min(first, time), last: Math.max(last, time) }
    values.set(value, { count: (known?.count ?? 0) + 1, ...span })
  }

  function list(signIn: AccountHistory['signIns'][number]): void {
    if (signIns.length >= SHOWN_SIGN_INS) return
    const isTold = signIns.some(
      (one) =>
        one.address === signIn.address &&
        one.outcome === signIn.outcome &&
        Math.abs(Date.parse(one.time) - Date.parse(signIn.time)) <= SAME_SIGN_IN,
    )
    if (!isTold) signIns.push(signIn)
  }

  function usual(trait: Trait): SeenValue[] {
    return [...(traits.get(trait) ?? [])]
      .filter(([, { first }]) => !isKnown || first < since)
      .map(seen)
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, SHOWN_VALUES)
  }

  function fresh(kind: Trait, values: ReadonlyMap<string, { count: number; first: Millis; last: Millis }>) {
    return [...values]
      .filter(([, { first }]) => first >= since)
      .map((one) => ({ kind, ...seen(one) }))
      .sort(byFirstSeen)
      .slice(0, SHOWN_VALUES)
  }
}

function seen([value, { count, first, last }]: [string, { count: number; first: Millis; last: Millis }]) {
  return { value, count, firstSeen: toIso(first), lastSeen: toIso(last) }
}

function byFirstSeen(a: SeenValue, b: SeenValue): number {
  if (a.firstSeen !== b.firstSeen) return a.firstSeen > b.firstSeen ? -1 : 1
  return a.value < b.value ? -1 : 1
}

function shown({ address, country, app, device }: Traits) {
  return { address: address ?? null, country: country ?? null, app: app ?? null, device: device ?? null }
}
