import { beforeAll, describe, expect, test } from 'vitest'
import { daemons } from '../../support/shippers/daemons.ts'
import { type Outcome, outcomeTable, sendThroughKills } from '../../support/shippers/fleet.ts'
import { nodeClients } from '../../support/shippers/node-clients.ts'

const LINES = Number(process.env['VEDETTE_SHIPPERS'] ?? 150)
const PACE = LINES > 1000 ? 90_000 : 5000

const ALL = [...daemons, ...nodeClients]
const present = ALL.filter((client) => client.missing() === null)

/** Lines whose answer was lost come again in another batch and without an id. */
const MAY_DOUBLE: Record<string, string> = {
  'syslog-ng http': 'lines have no id',
  'winston-elasticsearch': 'lines have no id',
}

describe(`each client with the snippet it is given, ${LINES} lines, the server killed twice`, () => {
  let outcomes: Outcome[] = []
  beforeAll(async () => {
    outcomes = await sendThroughKills(present, {
      lines: LINES,
      pace: PACE,
      patience: LINES > 1000 ? 180_000 : 25_000,
    })
    console.log(`\n${outcomeTable(outcomes, MAY_DOUBLE)}\n`)
  }, 900_000)

  for (const { name, missing } of ALL) {
    const lacking = missing()
    test.skipIf(lacking !== null)(
      `${name}: nothing is lost${lacking === null ? '' : `; skipped: install ${lacking}`}`,
      () => {
        const { sent, arrived, twice, sample } = outcomes.find(({ client }) => client === name)!
        expect(arrived).toBe(sent)
        if (!(name in MAY_DOUBLE)) expect(twice).toBe(0)
        expect(JSON.stringify(sample)).toContain('says \\"hello\\", and 10 % more: ü\\\\')
      },
    )
  }
})
