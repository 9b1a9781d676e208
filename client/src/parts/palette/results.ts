/** What the palette offers for what was typed. */
import type { Severity } from '../../../../server/domain/alert.ts'
import type { IconName } from '../../text/icon-name.ts'

export type Target = { href: string } | { act: () => void }
export type Offer = Target & {
  id: string
  /** Text from outside stays text. */
  text: string
  note?: string
  icon: IconName
  severity?: Severity
  keys?: readonly string[]
}
export type Group = { title: string; offers: Offer[] }

export type Known = {
  /** Open alerts, the weightiest first. */
  alerts: readonly {
    id: string
    summary: string
    severity: Severity
    ruleName: string
    user: string | null
    users: readonly string[]
  }[]
  /** Accounts at risk, the weightiest first. */
  risks: readonly { user: string; riskScore: number }[]
  rules: readonly { id: string; name: string }[]
  pages: readonly Offer[]
  commands: readonly Offer[]
  /** Where events about a value, or with a word, are looked for. */
  searchAddress: (text: string) => string
}

const MOST = 6
const MOST_UNASKED = 4
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=.*:)[0-9a-f:.]*:[0-9a-f:.]*)$/i
const ACCOUNT = /^[^\s@]+@[^\s@]+$/
// Ids are made of 16 bytes or more.
const ID = /^[\w-]{20,64}$/

export function findOffers(typed: string, known: Known): Group[] {
  const text = typed.trim()
  if (text === '') {
    return filled([
      { title: 'Open now', offers: known.alerts.slice(0, MOST_UNASKED).map(alertOffer) },
      { title: 'Accounts', offers: known.risks.slice(0, MOST_UNASKED).map(riskOffer) },
      { title: 'Go to', offers: [...known.pages] },
      { title: 'Commands', offers: [...known.commands] },
    ])
  }
  const alerts = known.alerts.filter((one) =>
    fits(text, [one.summary, one.ruleName, one.id, one.user ?? '', ...one.users]),
  )
  return filled([
    { title: 'Addresses', offers: ADDRESS.test(text) ? [addressOffer(text, known)] : [] },
    { title: 'Accounts', offers: accountOffers(text, known) },
    { title: 'Open alerts', offers: alerts.slice(0, MOST).map(alertOffer) },
    {
      title: 'Rules',
      offers: known.rules
        .filter((one) => fits(text, [one.name, one.id]))
        .slice(0, MOST)
        .map(ruleOffer),
    },
    { title: 'Go to', offers: known.pages.filter((one) => fits(text, [one.text])) },
    { title: 'Commands', offers: known.commands.filter((one) => fits(text, [one.text])) },
    { title: 'Anything else', offers: elsewhere(text, known) },
  ])
}

function elsewhere(text: string, known: Known): Offer[] {
  const offers: Offer[] = []
  if (ID.test(text) && !known.alerts.some((one) => one.id === text)) {
    const href = `/alerts/${encodeURIComponent(text)}`
    offers.push({ id: 'alert-of-id', icon: 'alerts', text: `Open the alert ${text}`, href })
  }
  const href = known.searchAddress(text)
  offers.push({ id: 'search', icon: 'search', text: `Search events for ${text}`, href })
  return offers
}

function accountOffers(text: string, known: Known): Offer[] {
  const scores = new Map(known.risks.map((one) => [one.user.toLowerCase(), one.riskScore]))
  const names = new Map<string, string>()
  const add = (name: string) => names.set(name.toLowerCase(), names.get(name.toLowerCase()) ?? name)
  for (const one of known.risks) add(one.user)
  for (const one of known.alerts)
    for (const user of one.user ? [one.user, ...one.users] : one.users) add(user)
  if (ACCOUNT.test(text)) add(text)
  return [...names]
    .filter(([, name]) => fits(text, [name]))
    .slice(0, MOST)
    .map(([key, user]) => riskOffer({ user, riskScore: scores.get(key) ?? null }))
}

/** Every word that was typed is in one of the texts. */
function fits(text: string, texts: readonly string[]): boolean {
  const within = texts.join('\n').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => within.includes(word))
}

function alertOffer(one: Known['alerts'][number]): Offer {
  return {
    id: `alert-${one.id}`,
    icon: 'alerts',
    severity: one.severity,
    text: one.summary,
    href: `/alerts/${encodeURIComponent(one.id)}`,
  }
}

function riskOffer(one: { user: string; riskScore: number | null }): Offer {
  return {
    id: `account-${one.user}`,
    icon: 'users',
    text: one.user,
    ...(one.riskScore === null ? {} : { note: `Risk ${Math.round(one.riskScore)}` }),
    href: `/accounts/${encodeURIComponent(one.user)}`,
  }
}

function ruleOffer(one: Known['rules'][number]): Offer {
  return { id: `rule-${one.id}`, icon: 'rules', text: one.name, href: `/rules/${encodeURIComponent(one.id)}` }
}

function addressOffer(text: string, known: Known): Offer {
  return {
    id: 'address',
    icon: 'globe',
    text,
    note: 'Events from it',
    href: known.searchAddress(text),
  }
}

function filled(groups: Group[]): Group[] {
  return groups.filter((group) => group.offers.length > 0)
}
