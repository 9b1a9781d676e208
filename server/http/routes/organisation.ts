/** What the organisation tells about itself, and what became of it. */
import { z } from 'zod'
import { ACTION_NAME, NETWORK_KINDS } from '../../domain/organisation.ts'
import { parseBlock } from '../../lang/address.ts'
import { settingEffects } from '../../pipeline/effects.ts'
import { readEgress } from '../../pipeline/learning.ts'
import { readOrganisation, saveOrganisation } from '../../pipeline/organisation.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { etag, expectedVersion, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

const MOST = 1000
/** Wider than any one organisation's network, so it is a slip of the finger. */
const WIDEST = { 4: 8, 6: 16 }

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+${LABEL}$`)
const ADDRESS = /^[^\s@]+@(.+)$/

const lower = z.string().trim().toLowerCase()
const domain = lower.regex(DOMAIN, 'must be a domain, e.g. example.org (other scripts as xn--...)')
const target = lower.refine((text) => DOMAIN.test(ADDRESS.exec(text)?.[1] ?? text), {
  error: 'must be a domain or an address, e.g. example.org or archive@example.org',
})
const cidr = z
  .string()
  .trim()
  .refine((text) => parseBlock(text) !== null, {
    error: 'must be a block of addresses, e.g. 192.0.2.0/24, 2001:db8::/32, or one address',
  })
  .refine(isNarrow, { error: 'is too wide for a network of one organisation: /8 at most, /16 of IPv6' })
const network = z.strictObject({
  name: z.string().trim().min(1).max(200),
  cidr,
  kind: z.enum(NETWORK_KINDS),
})
const serviceAccount = z.strictObject({
  account: lower.min(1).max(320),
  may: z
    .array(
      z
        .string()
        .regex(ACTION_NAME, 'must be the name of an action as rules have it in `may`, e.g. bulk-send'),
    )
    .max(50)
    .default([])
    .meta({ description: 'What it is expected to do; the rule’s `may` names it.' }),
  note: z.string().max(1000).default(''),
})
const organisationInput = z.strictObject({
  domains: z.array(domain).max(MOST).default([]),
  networks: z.array(network).max(MOST).default([]),
  serviceAccounts: z.array(serviceAccount).max(MOST).default([]),
  forwarding: z
    .array(target)
    .max(MOST)
    .default([])
    .meta({ description: 'Domains and addresses outside to which mail may be forwarded.' }),
})

export function organisationRoutes(context: Context): Route[] {
  const { store, clock } = context
  const tag = 'rules'
  return [
    route({
      method: 'get',
      path: '/api/v1/organisation',
      tag,
      summary: 'What is usual here: domains, networks, service accounts, approved forwarding',
      access: ['read'],
      answers: { 200: { description: 'The settings', schema: answers.organisation } },
      async handle() {
        const { organisation, version } = await readOrganisation(store)
        return ok(organisation, etag(version))
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/organisation',
      tag,
      summary: 'Replace the settings; alerts of rules that heed them are looked at again',
      access: ['write'],
      body: jsonBody(organisationInput),
      answers: {
        200: { description: 'The settings as they are kept', schema: answers.organisation },
        412: { description: 'Someone was faster: If-Match names an older version' },
        422: { description: 'A setting is wrong: all mistakes, each with its path' },
      },
      async handle({ body, who, request }) {
        refuseTwins(body.serviceAccounts.map(({ account }) => account))
        const expect = expectedVersion(request)
        const options = { actor: who.name, clock, ...(expect === undefined ? {} : { expect }) }
        const outcome = await saveOrganisation(store, body, options)
        if ('conflict' in outcome) {
          throw new Problem('changed', `The settings are at version ${outcome.conflict}: read them again.`)
        }
        await context.onExceptions?.()
        return ok(outcome.saved.organisation, etag(outcome.saved.version))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/organisation/effects',
      tag,
      summary: 'How many events each setting has explained, and which networks were learned to be gateways',
      access: ['read'],
      answers: { 200: { description: 'By rule and setting', schema: answers.organisationEffects } },
      handle: async () =>
        ok({ effects: await settingEffects(store), learned: (await readEgress(store)).toSorted(byNetwork) }),
    }),
  ]
}

function isNarrow(text: string): boolean {
  const block = parseBlock(text)
  return block === null || block.prefix >= WIDEST[block.address.family]
}

/** One account twice would leave it open which of the two counts. */
function refuseTwins(accounts: readonly string[]): void {
  const errors = accounts.flatMap((account, i) =>
    accounts.indexOf(account) === i
      ? []
      : [
          {
            path: `serviceAccounts.${i}.account`,
            message: `${account} is there twice`,
            hint: 'Put all that it may do into one entry.',
          },
        ],
  )
  if (errors.length > 0) throw new Problem('invalid', errors[0]!.message, { errors })
}

function byNetwork(a: { network: string }, b: { network: string }): number {
  return a.network < b.network ? -1 : 1
}
