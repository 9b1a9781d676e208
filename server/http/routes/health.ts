/** For supervisors and Prometheus. */
import { z } from 'zod'
import { toIso } from '../../domain/time.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { ok, route, type Route } from '../route.ts'

export function healthRoutes({ store, log, metrics, readiness, settings, storage }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/healthz',
      tag: 'operations',
      summary: 'The process answers',
      access: 'public',
      answers: {
        200: {
          description: 'It does',
          schema: z.strictObject({ status: z.literal('ok'), version: z.string() }),
        },
      },
      handle: () => ok({ status: 'ok', version: settings.version }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      tag: 'operations',
      summary: 'All parts work; if not, why not',
      access: 'public',
      answers: {
        200: { description: 'Ready', schema: z.strictObject({ status: z.literal('ready') }) },
        503: { description: 'Not ready: `errors` says why' },
      },
      async handle() {
        const reasons = [
          ...(await storeReasons()),
          ...(await diskReasons()),
          ...((await readiness?.()) ?? []),
        ]
        if (reasons.length === 0) return ok({ status: 'ready' })
        throw new Problem('notReady', reasons[0]!, { errors: reasons.map((message) => ({ message })) })
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      tag: 'operations',
      summary: 'Metrics for Prometheus',
      access: ['read'],
      answers: { 200: { description: 'The metrics', type: 'text/plain' } },
      handle: async () => ({ status: 200, text: await metrics.text(), type: metrics.type }),
    }),
  ]

  async function diskReasons(): Promise<string[]> {
    if (!storage?.isFull()) return []
    const { since, freeBytes } = await storage.state()
    const left = freeBytes === null ? '' : ` and has ${Math.floor(freeBytes / 1e6)} MB left`
    return [
      `The disk that holds VEDETTE_DATA is full since ${toIso(since!)}${left}: logs are refused until there is room, and nothing stored is lost. Free some space or enlarge the disk.`,
    ]
  }

  async function storeReasons(): Promise<string[]> {
    try {
      await store.state()
      return []
    } catch (error) {
      log.error({ err: error }, 'the store does not answer')
      return ['The store does not answer.']
    }
  }
}
