/** What is done once a day, at a time such as `03:00` of the server's own clock. */
import type { Millis } from '../domain/time.ts'

/** The last time that the clock on the wall showed this. */
export function timeBefore(time: string, now: Millis): Millis {
  const today = onDay(time, now, 0)
  return today <= now ? today : onDay(time, now, -1)
}

export function timeAfter(time: string, now: Millis): Millis {
  const today = onDay(time, now, 0)
  return today > now ? today : onDay(time, now, 1)
}

function onDay(time: string, now: Millis, days: number): Millis {
  const [hour, minute] = time.split(':').map(Number) as [number, number]
  const date = new Date(now)
  date.setDate(date.getDate() + days)
  return date.setHours(hour, minute, 0, 0)
}
