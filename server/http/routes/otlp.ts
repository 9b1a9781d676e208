/** OpenTelemetry's way in for logs: OTLP/HTTP, JSON and protobuf. */
import { z } from 'zod'
import type { BodyReader } from '../body.ts'
import type { Context } from '../context.ts'
import { exportAnswer, OTLP_DIALECT, protobufType } from '../otlp-status.ts'
import { Problem } from '../problem.ts'
import { route, type Route } from '../route.ts'
import { label } from './events.ts'

const query = z.object({
  drill: label.optional().meta({ description: 'Marks the records as a drill of this name.' }),
})

const BODY: BodyReader<Uint8Array> = {
  media: {
    'application/json': z.looseObject({ resourceLogs: z.array(z.unknown()).optional() }),
    'application/x-protobuf': z.string().meta({ description: 'ExportLogsServiceRequest' }),
  },
  required: true,
  read({ bytes, type }) {
    if (!['', 'application/json', 'application/x-protobuf', 'application/protobuf'].includes(type)) {
      throw new Problem('unsupportedType', `Send application/json or application/x-protobuf, not ${type}.`)
    }
    return bytes
  },
}

export function otlpRoutes(context: Context): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/logs',
      tag: 'opentelemetry',
      summary: 'Send log records as an OTLP exporter does',
      access: ['ingest'],
      query,
      body: BODY,
      answers: {
        200: {
          description: 'The records are durable; what could not be read is kept as rejected',
          schema: z.object({
            partialSuccess: z.object({
              rejectedLogRecords: z.string().optional(),
              errorMessage: z.string().optional(),
            }),
          }),
        },
        400: { description: 'No ExportLogsServiceRequest, or cut short' },
        503: { description: 'Full: nothing was kept; send it again', type: 'text/plain' },
      },
      dialect: OTLP_DIALECT,
      async handle({ query: { drill }, body, who, request }) {
        const accepted = await context.ingest.accept({
          kind: 'events',
          format: protobufType(request) === null ? 'otlp-json' : 'otlp-protobuf',
          body,
          dataset: null,
          source: who.name,
          drill: drill ?? null,
          keyId: who.id,
        })
        if (accepted.kind === 'unreadable') throw new Problem('unreadable', accepted.detail)
        if (accepted.kind !== 'events') throw new Error('The gate answered events as a bulk.')
        const { answer } = accepted
        const [first] = answer.errors
        return exportAnswer(
          request,
          answer.rejected,
          first ? `Record ${first.line}: ${first.code}: ${first.detail}` : '',
        )
      },
    }),
  ]
}
