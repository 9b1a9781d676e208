/** Times as people type them into a range, made into what the server takes. */

const RELATIVE = /^(?:now)?\s*-?\s*(\d{1,6})\s*(s|m|min|h|d|w)$/i
const DAY = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/

/** `now`, `-3h`, `now-30d`, `2026-11-25`, `2026-11-25 14:30` (here), an ISO time. Null: none of these. */
export function readWhen(text: string): string | null {
  const typed = text.trim()
  if (typed === '' || typed === 'now') return typed
  const relative = RELATIVE.exec(typed)
  if (relative) {
    const unit = relative[2]!.toLowerCase()
    return `now-${relative[1]}${unit === 'min' ? 'm' : unit}`
  }
  const local = DAY.exec(typed)
  if (local) {
    const [, year, month, day, hour = '0', minute = '0', second = '0'] = local
    const at = new Date(+year!, +month! - 1, +day!, +hour, +minute, +second)
    return at.getDate() === +day! && at.getMonth() === +month! - 1 ? at.toISOString() : null
  }
  return typed.includes('T') && !Number.isNaN(Date.parse(typed)) ? new Date(typed).toISOString() : null
}

export type QuickRange = { from: string; title: string }
export const QUICK_RANGES: readonly QuickRange[] = [
  { from: 'now-15m', title: 'Last 15 minutes' },
  { from: 'now-1h', title: 'Last hour' },
  { from: 'now-24h', title: 'Last 24 hours' },
  { from: 'now-7d', title: 'Last 7 days' },
  { from: 'now-30d', title: 'Last 30 days' },
  { from: '', title: 'All that is stored' },
]

/** The range in words: `Last 24 hours`, `25 Nov 14:00 to 25 Nov 15:00`. */
export function rangeWords(from: string, to: string, point: (at: string) => string): string {
  const quick = to === '' || to === 'now' ? QUICK_RANGES.find((one) => one.from === from) : undefined
  if (quick) return quick.title
  const word = (at: string) => (at.startsWith('now') ? at : point(at))
  if (from === '') return `Until ${word(to)}`
  return `${word(from)} to ${to === '' ? 'now' : word(to)}`
}

/** The next wider range, for a search that found nothing; null: there is none. */
export function wider(from: string): QuickRange | null {
  const at = QUICK_RANGES.findIndex((one) => one.from === from)
  return QUICK_RANGES[at === -1 ? QUICK_RANGES.length - 2 : at + 1] ?? null
}
