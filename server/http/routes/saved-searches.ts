/** Searches that people keep, for whoever comes after them. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { toIso } from '../../domain/time.ts'
import { parseQuery } from '../../rules/query-text.ts'
import type { StoredRecord } from '../../store/store.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { Problem } from '../problem.ts'
import { created, noContent, ok, route, type Route } from '../route.ts'
import { savedSearch } from '../schemas/search.ts'
import { listOf } from '../schemas.ts'

const input = z.strictObject({
  name: z.string().trim().min(1).max(200),
  language: z.enum(['eql', 'kql']).default('kql'),
  query: z.string().trim().min(1).max(100_000),
})
type Body = z.output<typeof input> & { createdBy: string }

export function savedSearchRoutes({ store }: Context): Route[] {
  const tag = 'events'
  const absent = (id: string) => new Problem('notFound', `There is no saved search ${JSON.stringify(id)}.`)
  return [
    route({
      method: 'get',
      path: '/api/v1/searches',
      tag,
      summary: 'List saved searches',
      access: ['read'],
      answers: { 200: { description: 'All of them, newest first', schema: listOf('searches', savedSearch) } },
      async handle() {
        const records = await store.records('saved-search')
        const searches = records.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
        return ok({ searches: searches.map(view), nextCursor: null })
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/searches',
      tag,
      summary: 'Keep a search',
      access: ['write'],
      body: jsonBody(input),
      answers: {
        201: { description: 'Kept', schema: savedSearch },
        422: { description: 'The query has mistakes: each with its place and a hint' },
      },
      async handle({ body, who, now }) {
        needReadable(body)
        const id = randomUUID()
        const kept: Body = { ...body, createdBy: who.name }
        const audit = { at: now, actor: who.name, verb: 'search.create', subject: id, detail: body }
        await store.putRecords([{ kind: 'saved-search', id, body: kept, audit, at: now }])
        const shown = { id, ...kept, createdAt: toIso(now) }
        return created(shown, `/api/v1/searches/${id}`)
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/searches/{id}',
      tag,
      summary: 'One saved search',
      access: ['read'],
      answers: {
        200: { description: 'The search', schema: savedSearch },
        404: { description: 'No such search' },
      },
      async handle({ params }) {
        const record = await store.record('saved-search', params['id']!)
        if (!record) throw absent(params['id']!)
        return ok(view(record))
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/searches/{id}',
      tag,
      summary: 'Forget a saved search',
      access: ['write'],
      answers: { 204: { description: 'Forgotten' }, 404: { description: 'No such search' } },
      async handle({ params, who, now }) {
        const id = params['id']!
        const record = await store.record('saved-search', id)
        if (!record) throw absent(id)
        const audit = { at: now, actor: who.name, verb: 'search.delete', subject: id, detail: record.body }
        await store.putRecords([{ kind: 'saved-search', id, body: null, audit, at: now }])
        return noContent
      },
    }),
  ]
}

function needReadable({ language, query }: Body | z.output<typeof input>): void {
  const errors = parseQuery(language, query)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ line, column, length, message, hint }) => ({
      path: 'query',
      line,
      column,
      length,
      message,
      ...(hint === null ? {} : { hint }),
    }))
  if (errors.length > 0) throw new Problem('invalid', `query: ${errors[0]!.message}`, { errors })
}

function view({ id, body, createdAt }: StoredRecord) {
  const { name, language, query, createdBy } = body as unknown as Body
  return { id, name, language, query, createdAt: toIso(createdAt), createdBy }
}
