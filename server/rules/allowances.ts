/**
 * An organisation's settings become questions about single hits: is this expected here, and by which setting? They have
 * a part in correlation, not in matching.
 */
import { domainToASCII } from 'node:url'
import type { Hit } from '../domain/hit.ts'
import {
  type Heed,
  type Network,
  NETWORK_KINDS,
  type NetworkKind,
  type Organisation,
  type ServiceAccount,
} from '../domain/organisation.ts'
import type { Rule } from '../domain/rule.ts'
import { type Block, inBlock, parseAddress, parseBlock } from '../lang/address.ts'

/** Why a hit is expected. `setting` names what says so, for counting. */
export type Allowed = { setting: string; reason: string }
/** Null: nothing explains the hit. */
export type Allowance = (hit: Hit) => Allowed | null

/** By rule, what explains its hits; null for a rule that heeds nothing. */
export type Allowances = { of(rule: Rule): Allowance | null }

export function compileOrganisation(organisation: Organisation): Allowances {
  const accounts = new Map(organisation.serviceAccounts.map((one) => [one.account.toLowerCase(), one]))
  const networks = organisation.networks.flatMap((network) => {
    const block = parseBlock(network.cidr)
    return block ? [{ network, block }] : []
  })
  const domains = organisation.domains.map(ascii)
  const approved = organisation.forwarding.map((target) => target.toLowerCase())
  return {
    of(rule) {
      if (!rule.heeds) return null
      const heeds = new Set<Heed>(rule.heeds)
      return firstOf([
        ...(heeds.has('system-accounts') ? [system] : []),
        ...(heeds.has('service-accounts') ? [serviceAccount(accounts, rule.may)] : []),
        ...(heeds.has('networks') ? [ofNetwork(networks, kindsFor(rule))] : []),
        ...(heeds.has('forwarding') ? [forwarding(domains, approved)] : []),
      ])
    },
  }
}

function firstOf(allowances: readonly Allowance[]): Allowance {
  return (hit) => {
    for (const allowance of allowances) {
      const allowed = allowance(hit)
      if (allowed) return allowed
    }
    return null
  }
}

function system({ context }: Hit): Allowed | null {
  return context?.system
    ? {
        setting: 'system-accounts',
        reason: 'expected: Microsoft’s own actor, or an application without a person',
      }
    : null
}

function serviceAccount(accounts: ReadonlyMap<string, ServiceAccount>, action?: string): Allowance {
  return ({ account }) => {
    const known = account === null ? undefined : accounts.get(account.toLowerCase())
    if (!known || action === undefined || !known.may.includes(action)) return null
    return { setting: `service-account ${account}`, reason: `expected: service account may ${action}` }
  }
}

/**
 * Of a journey, only an office is a place; the others tell nothing about where a person is. None of them is new to an
 * account. An address that attacks is not the organisation's own: its office, where everybody's password expires on one
 * day, or its VPN.
 */
function kindsFor({ kind }: Rule): ReadonlySet<NetworkKind> {
  if (kind === 'travel') return new Set(['vpn', 'proxy', 'mobile'])
  return new Set(kind === 'new_terms' ? NETWORK_KINDS : ['office', 'vpn'])
}

function ofNetwork(
  networks: readonly { network: Network; block: Block }[],
  kinds: ReadonlySet<NetworkKind>,
): Allowance {
  const meant = networks.filter(({ network }) => kinds.has(network.kind))
  return ({ context }) => {
    const address = context?.ip === undefined || meant.length === 0 ? null : parseAddress(context.ip)
    const found = address && meant.find(({ block }) => inBlock(address, block))
    if (!found) return null
    const { name, kind, cidr } = found.network
    const what = kind === 'vpn' ? 'VPN' : kind
    return { setting: `network ${cidr}`, reason: `expected: the address is of the ${what} “${name}”` }
  }
}

function forwarding(domains: readonly string[], approved: readonly string[]): Allowance {
  return ({ context, account }) => {
    if (!context?.targets?.length || context.hides) return null
    const own = account === null ? [] : [domainOf(account)]
    const isInside = (target: string) =>
      // A name of the directory, which only administrators can put there.
      !target.includes('@') || [...domains, ...own].some((domain) => isOf(domainOf(target), domain))
    if (context.targets.every(isInside)) {
      return { setting: 'domains', reason: 'expected: forwarding stays within the organisation' }
    }
    const isApproved = (target: string) =>
      approved.some((one) => (one.includes('@') ? one === target : isOf(domainOf(target), ascii(one))))
    return context.targets.every((target) => isInside(target) || isApproved(target))
      ? { setting: 'forwarding', reason: 'expected: forwarding target is approved' }
      : null
  }
}

/** The domain itself or one below it; never one that only ends or begins like it. */
function isOf(domain: string, allowed: string): boolean {
  return allowed !== '' && (domain === allowed || domain.endsWith(`.${allowed}`))
}

function domainOf(address: string): string {
  return ascii(address.slice(address.lastIndexOf('@') + 1))
}

/** As it stands in DNS, so that letters of other scripts that look the same stay apart. Empty: no domain. */
function ascii(domain: string): string {
  return domainToASCII(domain.trim().replace(/\.$/, '')).toLowerCase()
}
