/** Rules tried out: over the stored history, and on one account or address. Nothing is changed. */
import { z } from 'zod'
import type { BacktestView, ComparedAlert, ExplainView } from '../../domain/api.ts'
import type { Rule } from '../../domain/rule.ts'
import { type Millis, toIso } from '../../domain/time.ts'
import { BEGINNING, type Compared, END } from '../../pipeline/backtest.ts'
import type { Explained } from '../../pipeline/explain.ts'
import type { Refused } from '../../pipeline/trials.ts'
import { compileException } from '../../rules/exceptions.ts'
import { jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { parseInstant } from '../instant.ts'
import type { RulesPort } from '../parts.ts'
import { Problem } from '../problem.ts'
import { instantInBody } from '../query.ts'
import { type Answer, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'
import { conditionMistaken } from './exceptions.ts'
import { ruleMistaken } from './rules.ts'

const range = {
  from: instantInBody.optional().meta({ description: 'Default: the beginning of the history.' }),
  to: instantInBody.optional().meta({ description: 'Default: its end.' }),
}
const ruleInBody = z
  .union([z.record(z.string(), z.unknown()), z.string().max(1_000_000)])
  .meta({ description: 'A rule file as JSON, or its YAML text.' })
const trialBody = z.strictObject({ ...range, rule: ruleInBody })
const storedTrialBody = z.strictObject({
  ...range,
  rule: ruleInBody.optional().meta({ description: 'Tries this out in the place of the stored rule.' }),
  exception: z
    .strictObject({
      language: z.enum(['eql', 'kql']).default('eql'),
      condition: z.string().trim().min(1).max(20_000),
      expires: instantInBody.nullish(),
    })
    .optional()
    .meta({
      description: 'As if these events were left out too: `lost` says which alerts it would have hidden.',
    }),
})
const explainBody = z.strictObject({
  ...range,
  entity: z
    .union([
      z.string().trim().min(1).max(1000),
      z
        .strictObject({ type: z.string().optional(), value: z.string().trim().min(1).max(1000) })
        .transform(({ value }) => value),
    ])
    .meta({ description: 'An account, an address, another value; or an alert’s `entity`.' }),
})

export function ruleTrialRoutes({ rules, trials }: Context): Route[] {
  const tag = 'rules'
  const access = ['read'] as const
  const tried = {
    description: 'What would have been raised, beside the alerts of this id',
    schema: answers.backtest,
  }
  const refused = { description: 'The rule has errors, or is too broad for this range' }
  return [
    route({
      method: 'post',
      path: '/api/v1/rules/backtest',
      tag,
      summary: 'What an unsaved rule would have raised over the stored history',
      access,
      body: jsonBody(trialBody),
      answers: { 200: tried, 422: refused },
      async handle({ body, now, signal }) {
        const rule = await readable(rules, body.rule)
        return answerOf(signal, trials.backtest({ rule, ...rangeIn(body, now) }, signal), backtestView)
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/rules/{id}/backtest',
      tag,
      summary: 'What a rule would have raised over the stored history',
      access,
      body: jsonBody(storedTrialBody, true),
      answers: { 200: tried, 404: { description: 'No such rule' }, 422: refused },
      async handle({ params, body, now, signal }) {
        const stored = await storedRule(rules, params.id!)
        const rule = body.rule ? { ...(await readable(rules, body.rule)), id: stored.id } : stored
        const without = body.exception ? { without: exceptionIn(body.exception, stored.id, now) } : {}
        const question = { rule, ...rangeIn(body, now), ...without }
        return answerOf(signal, trials.backtest(question, signal), backtestView)
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/rules/{id}/explain',
      tag,
      summary: 'Why a rule did or did not fire for an account, an address or another value',
      access,
      body: jsonBody(explainBody),
      answers: {
        200: {
          description: 'Which steps were met, what came nearest, what was missing',
          schema: answers.explanation,
        },
        404: { description: 'No such rule' },
        422: refused,
      },
      async handle({ params, body, now, signal }) {
        const rule = await storedRule(rules, params.id!)
        const question = { rule, entity: body.entity, ...rangeIn(body, now) }
        return answerOf(signal, trials.explain(question, signal), explainView)
      },
    }),
  ]
}

async function storedRule(rules: RulesPort, id: string): Promise<Rule> {
  const stored = await rules.get(id)
  if (!stored) throw new Problem('notFound', `There is no rule ${JSON.stringify(id)}.`)
  return stored.rule
}

async function readable(rules: RulesPort, sent: Record<string, unknown> | string): Promise<Rule> {
  const { rule, diagnostics } = await rules.review(
    typeof sent === 'string' ? { text: sent, format: 'yaml' } : { value: sent },
  )
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (!rule || errors.length > 0) throw ruleMistaken(errors)
  return rule
}

type Written = { language: 'eql' | 'kql'; condition: string; expires?: string | number | null | undefined }

function exceptionIn({ language, condition, expires }: Written, ruleId: string, now: Millis) {
  const end = expires == null ? null : parseInstant(String(expires), now)!
  const exception = { id: 'unsaved', ruleId, language, condition, reason: '', expires: end }
  const { compiled, diagnostics } = compileException(exception)
  if (!compiled) throw conditionMistaken(diagnostics)
  return { language, condition, expires: end }
}

type Range = { from?: string | number | undefined; to?: string | number | undefined }

function rangeIn(body: Range, now: Millis): { from: Millis; to: Millis } {
  const at = (instant: string | number | undefined, otherwise: Millis) =>
    instant === undefined ? otherwise : (parseInstant(String(instant), now) ?? otherwise)
  const [from, to] = [at(body.from, BEGINNING), at(body.to, END)]
  if (from > to) throw new Problem('invalid', '`from` is after `to`.')
  return { from, to }
}

async function answerOf<T extends object>(
  signal: AbortSignal,
  asking: Promise<T | Refused>,
  view: (found: T) => object,
): Promise<Answer> {
  try {
    const found = await asking
    if ('refused' in found) throw new Problem('invalid', found.refused)
    return ok(view(found))
  } catch (error) {
    // Nobody hears this answer.
    if (signal.aborted) return { status: 499 }
    throw error
  }
}

type Tried = Record<'alerts' | 'new' | 'lost' | 'kept', Compared[]> & { events: number; tookMs: number }

function backtestView({ alerts, lost, kept, events, tookMs, ...rest }: Tried): BacktestView {
  return {
    alerts: alerts.map(comparedView),
    new: rest.new.map(comparedView),
    lost: lost.map(comparedView),
    kept: kept.map(comparedView),
    events,
    tookMs,
  }
}

function comparedView(alert: Compared): ComparedAlert {
  return { ...alert, firstSeen: toIso(alert.firstSeen), lastSeen: toIso(alert.lastSeen) }
}

function explainView({ steps, ...rest }: Explained): ExplainView {
  return {
    ...rest,
    steps: steps.map(({ events, nearest, ...step }) => ({
      ...step,
      events: events.map(({ eventId, time }) => ({ eventId, time: toIso(time) })),
      nearest: nearest.map(({ eventId, time, clauses }) => ({ eventId, time: toIso(time), clauses })),
    })),
  }
}
