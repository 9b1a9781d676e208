/** The places of the dashboard, in the order of the sidebar. */
import type { IconName } from './text/icon-name.ts'

export type Entry = {
  href: string
  icon: IconName
  label: string
  /** After G. */
  key: string
  /** Addresses that belong to it, besides its own and those below it. */
  also?: RegExp
  /** Of the second group: what is looked after, not looked at. */
  upkeep?: true
  /** In the bar of a phone; the others are under More. */
  tab?: true
}

export const NAVIGATION: readonly Entry[] = [
  { href: '/', icon: 'overview', label: 'Overview', key: 'o', also: /^\/(overview|setup|login)$/, tab: true },
  { href: '/alerts', icon: 'alerts', label: 'Alerts', key: 'a', also: /^\/incidents\//, tab: true },
  { href: '/search', icon: 'search', label: 'Search', key: 's', tab: true },
  { href: '/accounts', icon: 'users', label: 'Accounts', key: 'u', tab: true },
  { href: '/rules', icon: 'rules', label: 'Rules', key: 'r' },
  { href: '/sources', icon: 'sources', label: 'Data sources', key: 'd', upkeep: true },
  { href: '/settings', icon: 'settings', label: 'Settings', key: ',', upkeep: true },
]

export function isHere(entry: Entry, path: string): boolean {
  if (path === entry.href || entry.also?.test(path)) return true
  return entry.href !== '/' && path.startsWith(`${entry.href}/`)
}
