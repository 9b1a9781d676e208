/** Channels by which people are told, and what was sent over them. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { SEVERITIES } from '../../domain/alert.ts'
import {
  type Channel,
  CHANNEL_KINDS,
  type Delivery,
  DELIVERY_STATES,
  type Message,
} from '../../domain/channel.ts'
import type { Json } from '../../domain/json.ts'
import { toIso } from '../../domain/time.ts'
import { channelOf, configMistakes, mergedConfig, withoutSecrets } from '../../notify/channel-records.ts'
import { sendTest } from '../../notify/deliver.ts'
import type { StoredRecord } from '../../store/store.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { Problem } from '../problem.ts'
import { given, paging } from '../query.ts'
import { created, etag, expectedVersion, noContent, ok, route, type Route } from '../route.ts'
import * as schemas from '../schemas/channels.ts'
import { listOf } from '../schemas.ts'
import { isoOrNull } from '../views.ts'

const config = z.record(z.string().max(100), z.unknown()) as unknown as z.ZodType<Channel['config']>
const shape = {
  name: z.string().trim().min(1).max(200),
  config,
  severities: z.array(z.enum(SEVERITIES)).min(1),
  rules: z.array(z.string().min(1)).max(1000).nullish(),
  users: z.array(z.string().min(1).max(320)).max(1000).nullish(),
  quiet: schemas.quiet.nullish(),
  digest: schemas.digest.nullish(),
  drills: z.boolean().optional(),
  enabled: z.boolean(),
}
const input = z.strictObject({
  ...shape,
  kind: z.enum(CHANNEL_KINDS),
  severities: shape.severities.default([...SEVERITIES]),
  enabled: shape.enabled.default(true),
})
const change = z.strictObject(shape).partial()

export function channelRoutes(context: Context): Route[] {
  const { store, clock } = context
  const tag = 'operations'
  const need = async (id: string): Promise<StoredRecord> => {
    const record = await store.record('channel', id)
    if (!record) throw new Problem('notFound', `There is no channel ${JSON.stringify(id)}.`)
    return record
  }
  const put = async (
    id: string,
    channel: Omit<Channel, 'id' | 'createdAt'>,
    verb: string,
    actor: string,
    expect?: number,
  ) => {
    needGood(channel)
    const body = withoutNulls(channel)
    const at = clock()
    const shown = withoutSecrets({ ...channel, id, createdAt: at })
    const audit = {
      at,
      actor,
      verb,
      subject: id,
      detail: { name: shown.name, kind: shown.kind, config: shown.config, enabled: shown.enabled } as Json,
    }
    const [written] = await store.putRecords([
      {
        kind: 'channel',
        id,
        body: body as unknown as Json,
        audit,
        at,
        ...(expect === undefined ? {} : { expect }),
      },
    ])
    if (!written!.written)
      throw new Problem('changed', `The channel is at version ${written!.version}: read it again.`)
    return (await store.record('channel', id))!
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/channels',
      tag,
      summary: 'List channels',
      access: ['admin'],
      answers: {
        200: {
          description: 'All of them, without their secrets',
          schema: listOf('channels', schemas.channel),
        },
      },
      async handle() {
        const records = (await store.records('channel')).toSorted((a, b) => a.createdAt - b.createdAt)
        return ok({ channels: records.map(view), nextCursor: null })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/channels',
      tag,
      summary: 'Make a channel; it is told of what comes from now on',
      access: ['admin'],
      body: jsonBody(input),
      answers: {
        201: { description: 'Made', schema: schemas.channel },
        422: { description: 'What its kind needs is missing or wrong' },
      },
      async handle({ body, who }) {
        const id = randomUUID()
        const channel = { ...body, config: mergedConfig(body.kind, {}, body.config) } as Omit<
          Channel,
          'id' | 'createdAt'
        >
        const record = await put(id, channel, 'channel.create', who.name, 0)
        return created(view(record), `/api/v1/channels/${id}`, etag(record.version))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/channels/{id}',
      tag,
      summary: 'One channel',
      access: ['admin'],
      answers: {
        200: { description: 'The channel', schema: schemas.channel },
        404: { description: 'No such channel' },
      },
      async handle({ params }) {
        const record = await need(params['id']!)
        return ok(view(record), etag(record.version))
      },
    }),
    route({
      method: 'patch',
      path: '/api/v1/channels/{id}',
      tag,
      summary: 'Change a channel; secrets that are left out stay',
      access: ['admin'],
      body: jsonBody(change),
      answers: {
        200: { description: 'Changed', schema: schemas.channel },
        404: { description: 'No such channel' },
        412: { description: 'Changed meanwhile' },
        422: { description: 'What its kind needs is missing or wrong' },
      },
      async handle({ params, body, who, request }) {
        const kept = channelOf(await need(params['id']!))
        const { id, createdAt: _, ...before } = kept
        const after = {
          ...before,
          ...given(body),
          config: mergedConfig(kept.kind, kept.config, body.config ?? {}),
        }
        const record = await put(
          id,
          after as typeof before,
          'channel.change',
          who.name,
          expectedVersion(request),
        )
        return ok(view(record), etag(record.version))
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/channels/{id}',
      tag,
      summary: 'Delete a channel; what waits for it is not sent',
      access: ['admin'],
      answers: { 204: { description: 'Deleted' }, 404: { description: 'No such channel' } },
      async handle({ params, who, now }) {
        const { id, name } = channelOf(await need(params['id']!))
        const audit = { at: now, actor: who.name, verb: 'channel.delete', subject: id, detail: { name } }
        await store.putRecords([{ kind: 'channel', id, body: null, audit, at: now }])
        return noContent
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/channels/{id}/test',
      tag,
      summary: 'Send a test over a channel now, and say how it went',
      access: ['admin'],
      answers: {
        200: { description: '`detail` is in words', schema: schemas.testOutcome },
        404: { description: 'No such channel' },
      },
      async handle({ params, who, now }) {
        const channel = channelOf(await need(params['id']!))
        const outcome = await sendTest(channel, testMessage(context.settings.publicUrl), clock)
        const detail = { ok: outcome.ok, detail: outcome.detail }
        await store.note({ at: now, actor: who.name, verb: 'channel.test', subject: channel.id, detail })
        return ok(outcome)
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/deliveries',
      tag,
      summary: 'What was sent, waits, or could not be sent',
      access: ['admin'],
      query: z.object({
        ...paging,
        channel: z.string().max(100).optional(),
        state: z.enum(DELIVERY_STATES).optional(),
      }),
      answers: {
        200: { description: 'Deliveries, newest first', schema: listOf('deliveries', schemas.delivery) },
      },
      async handle({ query: { size, cursor, channel, state } }) {
        const filter = { size, ...given({ channel, state }), ...openCursor('deliveries', cursor) }
        const { items, nextCursor } = await store.deliveries(filter)
        return ok({ deliveries: items.map(deliveryView), nextCursor: sealCursor('deliveries', nextCursor) })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/deliveries/{id}/retry',
      tag,
      summary: 'Try a failed delivery again',
      access: ['admin'],
      answers: {
        204: { description: 'It waits again' },
        404: { description: 'There is no failed delivery of this id' },
      },
      async handle({ params, who, now }) {
        const id = Number(params['id'])
        if (!Number.isSafeInteger(id) || !(await store.retryDelivery(id, now))) {
          throw new Problem('notFound', `There is no failed delivery ${JSON.stringify(params['id'])}.`)
        }
        await store.note({
          at: now,
          actor: who.name,
          verb: 'delivery.retry',
          subject: String(id),
          detail: null,
        })
        context.onDeliveries?.()
        return noContent
      },
    }),
  ]
}

function needGood({ kind, config: given }: Pick<Channel, 'kind' | 'config'>): void {
  const errors = configMistakes(kind, given)
  if (errors.length > 0) throw new Problem('invalid', `${errors[0]!.message}.`, { errors })
}

function withoutNulls<T extends object>(channel: T): T {
  return Object.fromEntries(
    Object.entries(channel).filter(([, value]) => value !== null && value !== undefined),
  ) as T
}

function view(record: StoredRecord) {
  const { createdAt, ...channel } = withoutSecrets(channelOf(record))
  return { ...channel, createdAt: toIso(createdAt), version: record.version }
}

function deliveryView({
  id,
  channel,
  subject,
  createdAt,
  due,
  attempts,
  state,
  finishedAt,
  error,
  body,
}: Delivery) {
  const { change: changed, sentence, severity } = JSON.parse(body) as Message
  return {
    id: String(id),
    channel,
    change: changed,
    subject,
    sentence,
    severity,
    createdAt: toIso(createdAt),
    state,
    attempts,
    nextAt: state === 'waiting' ? toIso(due) : null,
    finishedAt: isoOrNull(finishedAt),
    error,
  }
}

function testMessage(publicUrl: string | null): Message {
  return {
    change: 'test',
    severity: 'low',
    sentence: 'this is a test of the channel; nothing happened',
    lines: [],
    steps: [],
    link: publicUrl,
    incident: null,
    alert: null,
  }
}
