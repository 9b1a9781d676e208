/** Fire drills: once a day and when somebody asks, to see that an attack is found and told. */
import type { FireDrillView } from '../../domain/api/fire-drill.ts'
import { toIso } from '../../domain/time.ts'
import type { FireDrillState } from '../../pipeline/fire-drills.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import type { FireDrillsPort } from '../parts.ts'
import { Problem } from '../problem.ts'
import { etag, expectedVersion, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas/fire-drill.ts'
import { isoOrNull } from '../views.ts'

const PATH = '/api/v1/fire-drill'

export function fireDrillRoutes({ fireDrills, drills }: Context): Route[] {
  const tag = 'operations'
  const port = (): FireDrillsPort => {
    if (!fireDrills) throw new Problem('notFound', 'This server plays no fire drills.')
    return fireDrills
  }
  return [
    route({
      method: 'get',
      path: PATH,
      tag,
      summary: 'When fire drills are played, and how the last ones went',
      access: ['read'],
      answers: { 200: { description: 'The schedule and the last 30 runs', schema: answers.fireDrill } },
      handle: async () => shown(await port().state()),
    }),
    route({
      method: 'put',
      path: PATH,
      tag,
      summary: 'Set when a fire drill is played and which attack it is',
      access: ['admin'],
      body: jsonBody(answers.fireDrillSchedule),
      answers: {
        200: { description: 'Set', schema: answers.fireDrill },
        412: { description: 'Someone was faster: If-Match names an older version' },
        422: { description: 'There is no such attack' },
      },
      async handle({ body, who, request }) {
        needKnown(body.scenario, drills?.list() ?? [])
        const expect = expectedVersion(request)
        const set = await port().setSchedule(body, {
          actor: who.name,
          ...(expect === undefined ? {} : { expect }),
        })
        if ('conflict' in set)
          throw new Problem('changed', `The schedule is at version ${set.conflict}: read it again.`)
        return shown(set.state)
      },
    }),
    route({
      method: 'post',
      path: `${PATH}/run`,
      tag,
      summary: 'Begin a fire drill now, unless one is under way; read how it went a little later',
      access: ['write'],
      answers: { 200: { description: 'It has begun: `running` says when', schema: answers.fireDrill } },
      async handle({ who }) {
        await port().begin(who.name)
        return shown(await port().state())
      },
    }),
  ]
}

function needKnown(scenario: string, known: readonly { name: string }[]): void {
  if (known.some(({ name }) => name === scenario)) return
  const hint = `One of ${known.map(({ name }) => name).join(', ')}.`
  const message = `There is no drill ${JSON.stringify(scenario)}.`
  throw new Problem('invalid', message, { errors: [{ path: 'scenario', message, hint }] })
}

function shown({ schedule, version, next, running, runs }: FireDrillState) {
  const view: FireDrillView = {
    schedule,
    next: isoOrNull(next),
    running: isoOrNull(running),
    runs: runs.map((run) => ({
      ...run,
      startedAt: toIso(run.startedAt),
      finishedAt: toIso(run.finishedAt),
    })),
  }
  return ok(view, etag(version))
}
