/**
 * A list of alerts that changes while someone reads it. Rows never move by themselves: new alerts wait until they
 * are asked for; an alert on screen changes in place, and keeps its place even when it no longer belongs.
 */
import type { AlertView } from '../../../server/domain/api.ts'

export type Feed = { shown: readonly AlertView[]; waiting: readonly AlertView[] }

export type FeedRule = {
  belongs: (alert: AlertView) => boolean
  order: (a: AlertView, b: AlertView) => number
}

export const EMPTY: Feed = { shown: [], waiting: [] }

/** What the server lists, in order, in place of everything before. */
export function loaded(alerts: readonly AlertView[], rule: FeedRule): Feed {
  return { shown: alerts.filter(rule.belongs).toSorted(rule.order), waiting: [] }
}

/** One alert as it is now. An older revision than the known one changes nothing. */
export function received(feed: Feed, alert: AlertView, rule: FeedRule): Feed {
  const shownAt = feed.shown.findIndex((one) => one.id === alert.id)
  if (shownAt !== -1) {
    if (feed.shown[shownAt]!.revision > alert.revision) return feed
    return { ...feed, shown: feed.shown.with(shownAt, alert) }
  }
  const known = feed.waiting.find((one) => one.id === alert.id)
  if (known && known.revision > alert.revision) return feed
  const waiting = feed.waiting.filter((one) => one.id !== alert.id)
  if (!rule.belongs(alert)) return known ? { ...feed, waiting } : feed
  // Into an empty list nothing can be moved: show it at once.
  if (feed.shown.length === 0) return { shown: [alert, ...waiting].toSorted(rule.order), waiting: [] }
  return { ...feed, waiting: [alert, ...waiting] }
}

/** The pill was pressed: everything that belongs, in order. */
export function revealed(feed: Feed, rule: FeedRule): Feed {
  return loaded([...feed.waiting, ...feed.shown], rule)
}

/** More of the same list, from further down. */
export function extended(feed: Feed, alerts: readonly AlertView[], rule: FeedRule): Feed {
  const known = new Set([...feed.shown, ...feed.waiting].map((alert) => alert.id))
  const more = alerts.filter((alert) => !known.has(alert.id) && rule.belongs(alert))
  return { ...feed, shown: [...feed.shown, ...more] }
}
