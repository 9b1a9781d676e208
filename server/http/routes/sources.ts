/** What sends logs, in which rhythm, and what has fallen silent; and how to set a shipper up. */
import type { Request } from 'express'
import { z } from 'zod'
import type { SnippetView } from '../../domain/api.ts'
import type { Context } from '../context.ts'
import { isEncrypted } from '../proxy.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { SHIPPERS } from '../snippets/index.ts'
import { targetOf } from '../snippets/shipper.ts'

const snippetQuery = z.object({
  shipper: z
    .enum(SHIPPERS.map(({ name }) => name) as [string, ...string[]])
    .optional()
    .meta({ description: 'Absent: the list of those there are.' }),
})

export function sourceRoutes({ traffic, settings }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/sources',
      tag: 'operations',
      summary: 'Sources: last event, rate, usual rate, delay, silent since',
      access: ['read'],
      answers: {
        200: {
          description: 'One entry a source and dataset',
          schema: answers.listOf('sources', answers.source),
        },
      },
      handle: async ({ now }) => ok({ sources: await traffic.sources(now), nextCursor: null }),
    }),
    route({
      method: 'get',
      path: '/api/v1/sources/snippets',
      tag: 'operations',
      summary: 'How to set a shipper up to send here: its configuration, what to do, known traps',
      access: ['read'],
      query: snippetQuery,
      answers: {
        200: {
          description: 'The shippers; with `shipper` its configuration, with YOUR_KEY where the key belongs',
          schema: z.union([answers.listOf('snippets', answers.snippetHead), answers.snippet]),
        },
      },
      handle({ query, request }) {
        if (query.shipper === undefined) {
          const snippets = SHIPPERS.map(({ name, title, language, path }) => ({
            shipper: name,
            title,
            language,
            path,
          }))
          return ok({ snippets, nextCursor: null })
        }
        const shipper = SHIPPERS.find(({ name }) => name === query.shipper)!
        const target = targetOf(
          settings.publicUrl ?? requestedOrigin(request, isEncrypted(request, Boolean(settings.tls))),
        )
        const { name, title, language, path, notes } = shipper
        return ok({
          shipper: name,
          title,
          language,
          path,
          text: shipper.text(target),
          steps: shipper.steps(target),
          notes,
        } satisfies SnippetView)
      },
    }),
  ]
}

/** The address that the caller used. What it says of its host goes into a file, so nothing but a host may stand there. */
function requestedOrigin(request: Request, tls: boolean): string {
  const protocol = tls ? 'https' : 'http'
  const host = request.headers.host ?? ''
  if (
    /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/.test(host) &&
    URL.canParse(`${protocol}://${host}`)
  ) {
    return `${protocol}://${host}`
  }
  return `${protocol}://127.0.0.1:${request.socket.localPort}`
}
