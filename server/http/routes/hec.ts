/** Splunk's HTTP Event Collector, for shippers that speak it. */
import { z } from 'zod'
import { rawBody } from '../body.ts'
import type { Context } from '../context.ts'
import { HEC, HEC_DIALECT, hecAnswer, type HecReply } from '../hec-json.ts'
import type { AcceptAnswer, AcceptRequest } from '../parts.ts'
import { given } from '../query.ts'
import { type Answer, type Call, route, type Route, type RouteSpec } from '../route.ts'
import { label } from './events.ts'

const word = z.string().max(1000).optional()
const hecQuery = z.object({
  token: word.meta({ description: 'The key, for a client that can send no header.' }),
  channel: word.meta({ description: 'As X-Splunk-Request-Channel: the answer then has an ackId.' }),
  host: word,
  source: word,
  sourcetype: word,
  index: word,
  time: word.meta({ description: 'Epoch seconds, for events that say no time.' }),
  drill: label.optional().meta({ description: 'Marks the events as a drill of this name.' }),
})
type HecQuery = z.output<typeof hecQuery>

const reply = z.looseObject({ text: z.string(), code: z.int() })
const tag = 'splunk'

export function hecRoutes(context: Context): Route[] {
  const channels = createAcks()
  const both = (path: string) => [path, `${path}/1.0`]
  return [
    ...['/services/collector', ...both('/services/collector/event')].map((path) =>
      collectorRoute(context, channels, path, 'hec-event', 'Send events, one after the other'),
    ),
    ...both('/services/collector/raw').map((path) =>
      collectorRoute(context, channels, path, 'hec-raw', 'Send lines, each an event'),
    ),
    ...both('/services/collector/health').map(healthRoute),
    ackRoute(),
  ]
}

function collectorRoute(
  context: Context,
  acks: Acks,
  path: string,
  format: NonNullable<AcceptRequest['format']>,
  summary: string,
): Route {
  const spec: RouteSpec<typeof hecQuery, Uint8Array> = {
    method: 'post',
    path,
    tag,
    summary,
    access: ['ingest'],
    keyParameter: 'token',
    query: hecQuery,
    body: rawBody("Events as Splunk's HTTP Event Collector takes them, whatever the content type says."),
    answers: {
      200: {
        description: 'The events are durable; what could not be read is kept as rejected',
        schema: reply,
      },
      400: { description: 'Nothing of it is an event', schema: reply },
      503: { description: 'Full: nothing was kept; send it again', schema: reply },
    },
    dialect: HEC_DIALECT,
    async handle({ query, body, who, request }) {
      const { host, source, sourcetype, index, time } = query
      const accepted = await context.ingest.accept({
        kind: 'events',
        format,
        hints: given({ host, source, sourcetype, index, time }),
        body,
        dataset: null,
        source: who.name,
        drill: query.drill ?? null,
        keyId: who.id,
      })
      return collectorAnswer(accepted, () => acks.next(channelOf({ query, request })))
    },
  }
  return route(spec)
}

/**
 * Splunk stops at the first bad event and indexes those before it; its clients drop the batch then. Here every good
 * event is stored and every bad one kept as rejected, so nothing is left to send again: success, unless none was good.
 */
function collectorAnswer(accepted: AcceptAnswer, ackId: () => number | undefined): Answer {
  if (accepted.kind === 'unreadable') {
    return accepted.code === 'empty-body' ? hecAnswer(HEC.noData) : badEvent(accepted.code, 1)
  }
  if (accepted.kind !== 'events') throw new Error('The gate answered events as a bulk.')
  const { answer } = accepted
  const bad = answer.errors[0]
  if (bad && answer.accepted + answer.duplicates === 0) return badEvent(bad.code, bad.line)
  const id = ackId()
  return hecAnswer(HEC.success, {
    ...(id === undefined ? {} : { ackId: id }),
    ...(bad ? { 'invalid-event-number': bad.line - 1, rejected: answer.rejected } : {}),
  })
}

function badEvent(code: string, line: number): Answer {
  return hecAnswer(REPLIES[code] ?? HEC.invalidData, { 'invalid-event-number': line - 1 })
}

const REPLIES: Record<string, HecReply> = {
  'event-missing': HEC.eventRequired,
  'event-blank': HEC.eventBlank,
}

function healthRoute(path: string): Route {
  return route({
    method: 'get',
    path,
    tag,
    summary: 'Whether events can be sent',
    access: ['ingest', 'read'],
    keyParameter: 'token',
    answers: { 200: { description: 'They can', schema: reply } },
    dialect: HEC_DIALECT,
    handle: () => hecAnswer(HEC.healthy),
  })
}

/** An ackId is given after the commit, so each that a client can ask for is true. */
function ackRoute(): Route {
  return route({
    method: 'post',
    path: '/services/collector/ack',
    tag,
    summary: 'Whether requests are durable, by their ackId',
    access: ['ingest'],
    keyParameter: 'token',
    query: hecQuery,
    body: rawBody('{"acks":[ackId, ...]}'),
    answers: {
      200: { description: 'Each is', schema: z.object({ acks: z.record(z.string(), z.boolean()) }) },
      400: { description: 'No channel, or no list of numbers', schema: reply },
    },
    dialect: HEC_DIALECT,
    handle({ query, request, body }) {
      if (channelOf({ query, request }) === undefined) return hecAnswer(HEC.channelMissing)
      const acks = askedFor(body)
      if (acks === null) return hecAnswer(HEC.invalidData)
      return { status: 200, json: { acks: Object.fromEntries(acks.map((id) => [id, true])) } }
    },
  })
}

function askedFor(body: Uint8Array): number[] | null {
  try {
    const asked = z.object({ acks: z.array(z.int().min(0)).max(100_000) })
    return asked.parse(JSON.parse(new TextDecoder().decode(body))).acks
  } catch {
    return null
  }
}

function channelOf({
  query,
  request,
}: {
  query: HecQuery
  request: Call<unknown, unknown>['request']
}): string | undefined {
  const header = request.headers['x-splunk-request-channel']
  return (typeof header === 'string' ? header : undefined) || query.channel || undefined
}

type Acks = { next(channel: string | undefined): number | undefined }

// A client may make up channels without end.
const MOST_CHANNELS = 10_000

/** Numbers from 0 in each channel; none without a channel. */
function createAcks(): Acks {
  const next = new Map<string, number>()
  return {
    next(channel) {
      if (channel === undefined) return undefined
      const id = next.get(channel) ?? 0
      if (next.size >= MOST_CHANNELS) next.clear()
      next.set(channel, id + 1)
      return id
    },
  }
}
