/** A simulated tenant as it lies beside the project: what arrived, in order, and the truth about it. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Organisation } from '../../../server/domain/organisation.ts'
import type { Millis } from '../../../server/domain/time.ts'

export type Arrival = { arrivedAt: Millis; dataset: string; id: string; record: Record<string, unknown> }

/** Something that happened to somebody, by event time. `eventIds` are the sources' own ids. */
type Happening = {
  id: string
  kind: string
  variant?: string
  user: string
  users?: string[]
  eventIds?: string[]
}
export type Attack = Happening & {
  start: string
  end: string
  ip?: string
  grade: string
  detectable: boolean
  /** Attacks of several kinds, one after the other. */
  steps?: { kind: string; eventIds: string[] }[]
}
/** `standing`: it goes on all the time. `bait`: the kinds of attack that it resembles. */
export type Trap = Happening & { start: string; end: string; bait: string[]; standing?: boolean }

export type Truth = {
  start: string
  end: string
  days: number
  tenant: {
    domains: string[]
    officeAddresses: string[]
    vpnAddresses: string[]
    admins: string[]
    serviceAccounts: string[]
    sharedMailboxes: string[]
  }
  attacks: Attack[]
  traps: Trap[]
}

const SAMPLE = fileURLToPath(new URL('../../../../shared/tenant/', import.meta.url))

/** Null: there is none. */
export function tenantFolder(): string | null {
  return existsSync(`${SAMPLE}truth.json`) ? SAMPLE : null
}

export function readTenant(folder: string): { truth: Truth; arrivals: Arrival[] } {
  const at = folder.endsWith('/') ? folder : `${folder}/`
  const truth = JSON.parse(readFileSync(`${at}truth.json`, 'utf8')) as Truth
  const lines = gunzipSync(readFileSync(`${at}arrivals.ndjson.gz`))
    .toString('utf8')
    .trim()
    .split('\n')
  return { truth, arrivals: lines.map((line) => arrivalOf(JSON.parse(line) as RawArrival)) }
}

type RawArrival = { arrivedAt: string; dataset: string; record: Record<string, unknown> }

function arrivalOf({ arrivedAt, dataset, record }: RawArrival): Arrival {
  const properties = record['properties'] as { id?: string } | undefined
  const id = record['Id'] ?? properties?.id ?? record['id']
  return { arrivedAt: Date.parse(arrivedAt), dataset, id: String(id), record }
}

/** What each service account is for, told by its name as its administrator would know it. */
const PURPOSES: [RegExp, string[]][] = [
  [/migrat|sync-tool|provision/, ['set-mailbox', 'mailbox-permission', 'mail-access', 'delete-mail']],
  [/news|marketing|crm|invoice|billing|notif|alert|no-?reply|mailer|ticket/, ['bulk-send']],
  [/backup|archive|journal|discovery/, ['mail-access']],
  [/scan|print|copier/, ['bulk-send', 'legacy-sign-in']],
]

/** The settings of a tenant as an operator would fill them in from what they know. */
export function organisationOf({ tenant }: Truth): Organisation {
  const network = (kind: 'office' | 'vpn') => (address: string, i: number) => ({
    name: `${kind} ${i + 1}`,
    cidr: `${address}/${address.includes(':') ? 128 : 32}`,
    kind,
  })
  return {
    domains: tenant.domains,
    networks: [...tenant.officeAddresses.map(network('office')), ...tenant.vpnAddresses.map(network('vpn'))],
    serviceAccounts: tenant.serviceAccounts.map((account) => ({
      account,
      may: [...new Set(PURPOSES.flatMap(([name, may]) => (name.test(account.split('@')[0]!) ? may : [])))],
      note: '',
    })),
    forwarding: [],
  }
}
