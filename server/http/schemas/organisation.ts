/** Answers about the organisation. */
import { z } from 'zod'
import { named } from './base.ts'

export const organisation = named(
  'Organisation',
  z.strictObject({
    domains: z.array(z.string()),
    networks: z.array(
      z.strictObject({
        name: z.string(),
        cidr: z.string(),
        kind: z.enum(['office', 'vpn', 'proxy', 'mobile']),
      }),
    ),
    serviceAccounts: z.array(
      z.strictObject({ account: z.string(), may: z.array(z.string()), note: z.string() }),
    ),
    forwarding: z.array(z.string()),
  }),
)

export const organisationEffects = named(
  'OrganisationEffects',
  z.strictObject({
    effects: z.array(
      z.strictObject({
        ruleId: z.string(),
        setting: z.string(),
        events: z.int().meta({ description: 'Events that it has left out of the rule.' }),
      }),
    ),
    learned: z.array(
      z.strictObject({
        network: z.string().meta({ description: 'A range of addresses, or a carrier in one country.' }),
        kind: z.enum(['gateway', 'carrier']),
        accounts: z.int(),
        days: z.int(),
      }),
    ),
  }),
)
