/** What an organisation tells about itself, so that what is usual there is not taken for an attack. */

/**
 * The kinds of tuning that a rule can respect.
 *
 * - `service-accounts`: accounts whose `may` has the rule's action.
 * - `system-accounts`: Microsoft's own actors and app-only records, see `rules/system-accounts.ts`.
 * - `networks`: addresses of the organisation's networks.
 * - `forwarding`: mail that is sent on to the organisation's domains and approved targets.
 * - `learned-egress`: networks that many accounts are seen behind, as a gateway is; places that are usual for an account.
 * - `same-device`: two sign-ins of one trusted device.
 */
export const HEEDS = [
  'service-accounts',
  'system-accounts',
  'networks',
  'forwarding',
  'learned-egress',
  'same-device',
] as const
export type Heed = (typeof HEEDS)[number]

/** `bulk-send`, `set-mailbox`: what service accounts are expected to do, as rules name it in `may`. */
export const ACTION_NAME: RegExp = /^[a-z][a-z0-9-]{0,63}$/

export const NETWORK_KINDS = ['office', 'vpn', 'proxy', 'mobile'] as const
export type NetworkKind = (typeof NETWORK_KINDS)[number]

export type Network = { name: string; cidr: string; kind: NetworkKind }
export type ServiceAccount = { account: string; may: string[]; note: string }

export type Organisation = {
  domains: string[]
  networks: Network[]
  serviceAccounts: ServiceAccount[]
  /** Domains or addresses outside to which mail may be forwarded. */
  forwarding: string[]
}

export const NO_ORGANISATION: Organisation = {
  domains: [],
  networks: [],
  serviceAccounts: [],
  forwarding: [],
}
