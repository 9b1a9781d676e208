/** Simulated attacks, played through the same way in as logs; their alerts are marked and never count as real. */
import { z } from 'zod'
import type { DrillOutcome } from '../../domain/api.ts'
import type { Alert } from '../../domain/alert.ts'
import { HOUR, type Millis, SECOND } from '../../domain/time.ts'
import type { Who } from '../auth/who.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import type { DrillRun } from '../parts.ts'
import { Problem } from '../problem.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

const input = z.strictObject({
  name: z.string().max(100).meta({ description: 'One of `GET /api/v1/drills`.' }),
})

/** A run answers when nothing that is due is left; only rules that are read anew meanwhile take longer. */
const PATIENCE: Millis = 5 * SECOND
const PAUSE: Millis = 250

export function drillRoutes(context: Context): Route[] {
  const { drills, store } = context
  return [
    route({
      method: 'get',
      path: '/api/v1/drills',
      tag: 'operations',
      summary: 'The simulated attacks that can be played, and the rules that must tell of each',
      access: ['read'],
      answers: {
        200: { description: 'Whole attacks first', schema: answers.listOf('drills', answers.drill) },
      },
      handle: () => ok({ drills: drills?.list() ?? [], nextCursor: null }),
    }),
    route({
      method: 'post',
      path: '/api/v1/drills',
      tag: 'operations',
      summary: 'Play a simulated attack, and wait for the alerts that it must raise',
      access: ['write'],
      body: jsonBody(input),
      answers: {
        200: { description: 'What was expected, and what came', schema: answers.drillOutcome },
        422: { description: 'There is no drill of this name' },
        503: { description: 'Full: nothing was played; try again', type: 'text/plain' },
      },
      async handle({ body: { name }, who, now, signal }) {
        const run = drills?.play(name, now)
        if (!run) throw unknownDrill(name, drills?.list() ?? [])
        await store.note({
          at: now,
          actor: who.name,
          verb: 'drill.play',
          subject: name,
          detail: { drill: run.mark },
        })
        const began = performance.now()
        await send(context, run, who)
        const raised = await awaitAlerts(context, run, now, signal)
        return ok({
          drill: run.mark,
          expected: run.expected,
          raised: raised.map(({ id }) => id),
          tookMs: Math.round(performance.now() - began),
        } satisfies DrillOutcome)
      },
    }),
  ]
}

function unknownDrill(name: string, known: { name: string }[]): Problem {
  const names = known.map((drill) => drill.name).join(', ')
  return new Problem('invalid', `There is no drill ${JSON.stringify(name)}.`, {
    errors: [
      { path: 'name', message: `There is no drill ${JSON.stringify(name)}.`, hint: `One of ${names}.` },
    ],
  })
}

async function send(context: Context, run: DrillRun, who: Who): Promise<void> {
  for (const { dataset, body } of run.feeds) {
    // The gate takes the bytes for itself.
    const accepted = await context.ingest.accept({
      kind: 'events',
      body: body.slice(),
      dataset,
      source: 'drill',
      drill: run.mark,
      keyId: who.id,
    })
    if (accepted.kind !== 'events') throw new Error('The gate could not read a drill of our own.')
  }
}

/** The run's alerts, those of expected rules first; after a while without those that have not come. */
async function awaitAlerts(
  context: Context,
  run: DrillRun,
  began: Millis,
  signal: AbortSignal,
): Promise<Alert[]> {
  const awaited = await enabledOf(context, run.expected)
  const until = performance.now() + PATIENCE
  for (;;) {
    await context.correlator.run({ force: false })
    const found = await alertsOf(context, run, began)
    const isWhole = awaited.every((rule) => found.some(({ ruleId }) => ruleId === rule))
    if (isWhole || signal.aborted || performance.now() > until) return found
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

async function enabledOf({ rules }: Context, ids: readonly string[]): Promise<string[]> {
  const stored = await Promise.all(ids.map((id) => rules.get(id)))
  return stored.flatMap((one) => (one?.rule.enabled ? [one.rule.id] : []))
}

async function alertsOf({ store }: Context, run: DrillRun, began: Millis): Promise<Alert[]> {
  const { items } = await store.alerts({ drill: true, from: began - 24 * HOUR, size: 1000 })
  // No two runs share an account or an address, so that an alert about one of them is of this run.
  const texts = run.feeds.map(({ body }) => new TextDecoder().decode(body).toLowerCase())
  const order = (alert: Alert) => (run.expected.indexOf(alert.ruleId) + 1 || run.expected.length + 1) - 1
  return items
    .filter(({ raisedAt }) => raisedAt >= began)
    .filter(({ entity }) =>
      texts.some((text) => text.includes(JSON.stringify(entity.value.toLowerCase()).slice(1, -1))),
    )
    .toSorted((a, b) => order(a) - order(b))
}
