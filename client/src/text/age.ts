/** Spans and instants as people read them. Spans are milliseconds, instants ISO 8601 or milliseconds. */
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** One unit, rounded down: `2 s`, `15 min`, `3 h`, `2 d`. A span before zero (clocks differ) is `0 s`. */
export function shortSpan(span: number): string {
  const whole = Math.max(0, span)
  if (whole < MINUTE) return `${Math.floor(whole / SECOND)} s`
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`
  if (whole < DAY) return `${Math.floor(whole / HOUR)} h`
  return `${Math.floor(whole / DAY)} d`
}

/** Two units where the second says something: `37 min 34 s`, `1 h 5 min`, `2 d 4 h`. */
export function longSpan(span: number): string {
  return spanParts(span)
    .map((part) => `${part.value} ${part.unit}`)
    .join(' ')
}

export function spanParts(span: number): { value: number; unit: string }[] {
  const seconds = Math.round(Math.max(0, span) / SECOND)
  if (seconds === 0 && span > 0) return [{ value: Math.round(span), unit: 'ms' }]
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const first = units.findIndex(([value]) => value > 0)
  if (first === -1) return [{ value: 0, unit: 's' }]
  return units
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => ({ value, unit }))
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dateAndYear = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})

/** `13:21:07`, local. */
export function clockTime(at: string | number): string {
  return time.format(new Date(at))
}

/** `13:21`, local. */
export function shortTime(at: string | number): string {
  return clockTime(at).slice(0, 5)
}

/** `14 Oct`, local. */
export function shortDate(at: string | number): string {
  return date.format(new Date(at))
}

/** `Tue, 14 Oct 2025`, local. */
export function longDate(at: string | number): string {
  return dateAndYear.format(new Date(at))
}

export function sameDay(a: string | number, b: string | number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}

/** For tooltips: the exact local time and UTC. */
export function exactTime(at: string | number): string {
  const instant = new Date(at)
  return `${longDate(at)}, ${clockTime(at)} here; ${instant.toISOString().replace('T', ' ').replace('Z', ' UTC')}`
}
