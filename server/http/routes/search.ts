/** Searching the stored events: a page of them, how many over time, and the commonest values of a field. */
import { z } from 'zod'
import type { Millis } from '../../domain/time.ts'
import type { NoAnswer } from '../../search/search.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { parseInstant } from '../instant.ts'
import { Problem } from '../problem.ts'
import { instantInBody } from '../query.ts'
import { type Answer, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

const queryShape = {
  language: z.enum(['eql', 'kql']),
  query: z.string().max(100_000).meta({ description: 'Account fields compare without case.' }),
  from: instantInBody.optional(),
  to: instantInBody.optional(),
}
const searchBody = z.strictObject({
  ...queryShape,
  size: z.int().min(1).max(1000).default(50),
  cursor: z.string().min(1).max(1000).optional().meta({ description: '`nextCursor` of the page before.' }),
  order: z.enum(['desc', 'asc']).default('desc').meta({ description: '`desc`: newest first.' }),
})
// They take what a search takes, so that one body serves all three.
const countBody = searchBody.partial({ size: true, order: true })
const topBody = countBody.extend({
  field: z.string().min(1).max(300),
  size: z.int().min(1).max(1000).default(10),
})

export function searchRoutes({ search }: Context): Route[] {
  const tag = 'events'
  const access = ['read'] as const
  const mistaken = { description: 'The query has mistakes: each with its place and a hint' }
  return [
    route({
      method: 'post',
      path: '/api/v1/search',
      tag,
      summary: 'Events, sequences or samples that meet a query in EQL or KQL',
      access,
      body: jsonBody(searchBody),
      answers: {
        200: {
          description:
            '`total` counts up to a bound (`exact` says whether it got to the end); the first page says it for all.',
          schema: answers.searchAnswer,
        },
        400: mistaken,
      },
      async handle({ body, now, signal }) {
        const { size, order, cursor } = body
        const paging = { size, order, ...(cursor === undefined ? {} : { cursor }) }
        return answerOf(signal, search.search(asked(body, now), paging, signal), ({ text }) => ({
          status: 200,
          text,
          type: 'application/json',
        }))
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/search/histogram',
      tag,
      summary: 'How many events meet a query in each stretch of time',
      access,
      body: jsonBody(countBody),
      answers: { 200: { description: 'At most 101 buckets', schema: answers.histogram }, 400: mistaken },
      handle: ({ body, now, signal }) =>
        answerOf(signal, search.histogram(asked(body, now), signal), ({ buckets }) =>
          ok({
            buckets: buckets.map(({ from, to, count }) => ({
              from: new Date(from).toISOString(),
              to: new Date(to).toISOString(),
              count,
            })),
          }),
        ),
    }),
    route({
      method: 'post',
      path: '/api/v1/search/top',
      tag,
      summary: 'The commonest values of a field among the events that meet a query',
      access,
      body: jsonBody(topBody),
      answers: { 200: { description: 'The commonest first', schema: answers.topValues }, 400: mistaken },
      async handle({ body, now, signal }) {
        const { field, size } = body
        return answerOf(signal, search.top(asked(body, now), { field, size }, signal), ok)
      },
    }),
  ]
}

type Asked = z.output<typeof searchBody> | z.output<typeof countBody>

function asked({ language, query, from, to }: Asked, now: Millis) {
  const range = { ...at('from', from, now), ...at('to', to, now) }
  if (range.from !== undefined && range.to !== undefined && range.from > range.to) {
    throw new Problem('invalid', '`from` is after `to`.')
  }
  return { language, query, ...range }
}

function at<Name extends 'from' | 'to'>(name: Name, value: string | number | undefined, now: Millis) {
  const instant = value === undefined ? undefined : parseInstant(String(value), now)
  return (instant === undefined ? {} : { [name]: instant }) as { [name in Name]?: Millis }
}

async function answerOf<T extends object>(
  signal: AbortSignal,
  asking: Promise<T | NoAnswer>,
  show: (found: T) => Answer,
): Promise<Answer> {
  try {
    const found = await asking
    if ('mistakes' in found) throw mistakesIn(found)
    if ('refused' in found) throw new Problem('invalid', found.refused)
    return show(found)
  } catch (error) {
    // Nobody hears this answer.
    if (signal.aborted) return { status: 499 }
    throw error
  }
}

function mistakesIn({ mistakes }: Extract<NoAnswer, { mistakes: unknown }>): Problem {
  const errors = mistakes.map(({ line, column, length, message, hint }) => ({
    line,
    column,
    length,
    message,
    ...(hint === null ? {} : { hint }),
  }))
  const { line, column, message } = mistakes[0]!
  return new Problem('queryMistaken', `Line ${line}, column ${column}: ${message}.`, { errors })
}
