/** Rules, as JSON or YAML of the rule file. */
import { z } from 'zod'
import { SEVERITIES } from '../../domain/alert.ts'
import type { Diagnostic } from '../../lang/tree.ts'
import { ruleToJson } from '../../rules/rule-json.ts'
import { ruleSchema } from '../../rules/rule-schema.ts'
import { jsonBody, ruleBody } from '../body.ts'
import type { Context } from '../context.ts'
import { coverageView, createInstallationReview } from '../installation-review.ts'
import type { RuleInput, SaveOutcome, StoredRule } from '../parts.ts'
import { Problem, type ProblemError } from '../problem.ts'
import { created, etag, expectedVersion, noContent, ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

const setting = z.union([z.string().max(10_000), z.number(), z.array(z.string().max(300)).max(20)])
const block = z
  .record(z.string().max(100), z.union([setting, z.record(z.string().max(100), setting)]))
  .exactOptional()
const ruleChange = z
  .strictObject({
    enabled: z.boolean().exactOptional(),
    severity: z.enum(SEVERITIES).exactOptional(),
    confidence: z.enum(SEVERITIES).exactOptional(),
    name: z.string().trim().min(1).max(300).exactOptional(),
    summary: z.string().max(1000).exactOptional(),
    tags: z.array(z.string().max(200)).max(100).exactOptional(),
    // Parts of the blocks of a rule file; what is not named stays. The rule as a whole is checked as when it is saved.
    threshold: block,
    then: block,
    travel: block,
    new_terms: block,
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something')
const reviewInput = z
  .strictObject({
    rule: z
      .union([z.record(z.string(), z.unknown()), z.string()])
      .optional()
      .meta({ description: 'A rule file as JSON, or its YAML text: places are then places in that text.' }),
    language: z.enum(['eql', 'kql']).optional(),
    query: z.string().optional(),
  })
  .refine((body) => (body.rule === undefined) !== (body.query === undefined && body.language === undefined), {
    error: `Send {"rule": RULE}, an object or YAML text, or {"language": "eql" or "kql", "query": TEXT}`,
  })
  .refine((body) => body.language === undefined || body.query !== undefined, {
    error: 'is missing',
    path: ['query'],
  })
  .refine((body) => body.query === undefined || body.language !== undefined, {
    error: 'is missing: it must be one of eql, kql',
    path: ['language'],
  })
  .meta({ anyOf: [{ required: ['rule'] }, { required: ['language', 'query'] }] })

export function ruleRoutes(context: Context): Route[] {
  const { rules, store } = context
  const installation = createInstallationReview(context)
  const tag = 'rules'
  const absent = (id: string) => new Problem('notFound', `There is no rule ${JSON.stringify(id)}.`)

  /** A rule as a single one is shown: with what the stored logs say of it. */
  async function whole(stored: StoredRule, own: Diagnostic[] = stored.diagnostics, input?: RuleInput) {
    const [[found], { oldestPending }] = await Promise.all([installation.of([stored.rule]), store.state()])
    const warnings = [...own, ...(await installation.warnings(found!, input))]
    return { ...ruleView(stored, warnings), ...(found ? { health: coverageView(found, oldestPending) } : {}) }
  }

  return [
    route({
      method: 'get',
      path: '/api/v1/rules',
      tag,
      summary: 'List rules',
      access: ['read'],
      answers: { 200: { description: 'All rules', schema: answers.listOf('rules', answers.rule) } },
      handle: async () =>
        ok({ rules: (await rules.list()).map((stored) => ruleView(stored)), nextCursor: null }),
    }),
    route({
      method: 'post',
      path: '/api/v1/rules',
      tag,
      summary: 'Make a rule; the stored history is looked through too',
      access: ['write'],
      body: ruleBody(ruleSchema),
      answers: {
        201: { description: 'Made', schema: answers.rule },
        409: { description: 'The id is taken' },
        422: { description: 'The rule has errors: all of them' },
      },
      async handle({ body, who }) {
        const { saved, warnings } = savedOr(
          await rules.save(body, { actor: who.name, target: { create: true } }),
        )
        const location = `/api/v1/rules/${encodeURIComponent(saved.rule.id)}`
        return created(await whole(saved, warnings, body), location, etag(saved.version))
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/rules/validate',
      tag,
      summary: 'All errors and warnings of a rule or a query; nothing is stored',
      access: ['read'],
      body: jsonBody(reviewInput),
      answers: { 200: { description: 'What is wrong, with places and hints', schema: answers.review } },
      async handle({ body }) {
        const input = reviewed(body)
        const { rule, diagnostics } = await rules.review(input)
        const errors = diagnostics.filter(isError)
        const warnings = diagnostics.filter((one) => !isError(one))
        if (rule && errors.length === 0) {
          const [found] = await installation.of([rule])
          warnings.push(...(await installation.warnings(found!, input)))
        }
        return ok({ valid: errors.length === 0, errors, warnings })
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/rules/{id}',
      tag,
      summary: 'One rule',
      access: ['read'],
      answers: {
        200: { description: 'The rule', schema: answers.rule },
        404: { description: 'No such rule' },
      },
      async handle({ params }) {
        const stored = await rules.get(params.id!)
        if (!stored) throw absent(params.id!)
        return ok(await whole(stored), etag(stored.version))
      },
    }),
    route({
      method: 'put',
      path: '/api/v1/rules/{id}',
      tag,
      summary: 'Replace a rule, or make it under this id',
      access: ['write'],
      body: ruleBody(ruleSchema),
      answers: {
        200: { description: 'Replaced', schema: answers.rule },
        201: { description: 'Made', schema: answers.rule },
        409: { description: 'The rule came with the product: only PATCH changes it' },
        412: { description: 'Someone was faster: If-Match names an older version' },
        422: { description: 'The rule has errors: all of them' },
      },
      async handle({ params, body, who, request }) {
        const expect = expectedVersion(request)
        const target = { replace: params.id!, ...(expect === undefined ? {} : { expect }) }
        const { saved, warnings } = savedOr(await rules.save(body, { actor: who.name, target }))
        const view = await whole(saved, warnings, body)
        if (saved.version > 1) return ok(view, etag(saved.version))
        return created(view, `/api/v1/rules/${encodeURIComponent(saved.rule.id)}`, etag(saved.version))
      },
    }),
    route({
      method: 'patch',
      path: '/api/v1/rules/{id}',
      tag,
      summary: 'Switch a rule on or off, or change its severity, words or numbers',
      access: ['write'],
      body: jsonBody(ruleChange),
      answers: {
        200: { description: 'Changed', schema: answers.rule },
        404: { description: 'No such rule' },
        412: { description: 'Someone was faster: If-Match names an older version' },
        422: { description: 'The rule would have errors: all of them' },
      },
      async handle({ params, body, who, request }) {
        const expect = expectedVersion(request)
        const options = { actor: who.name, ...(expect === undefined ? {} : { expect }) }
        const outcome = await rules.change(params.id!, body, options)
        if (!outcome) throw absent(params.id!)
        if ('errors' in outcome) throw ruleMistaken(outcome.errors)
        if ('conflict' in outcome) throw changedMeanwhile(outcome.version)
        return ok(await whole(outcome), etag(outcome.version))
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/rules/{id}',
      tag,
      summary: 'Delete a rule of your own',
      access: ['write'],
      answers: {
        204: { description: 'Deleted; its alerts stay' },
        404: { description: 'No such rule' },
        409: { description: 'The rule came with the product: switch it off instead' },
        412: { description: 'Someone was faster: If-Match names an older version' },
      },
      async handle({ params, who, request }) {
        const expect = expectedVersion(request)
        const options = { actor: who.name, ...(expect === undefined ? {} : { expect }) }
        switch (await rules.remove(params.id!, options)) {
          case 'absent':
            throw absent(params.id!)
          case 'built-in':
            throw new Problem(
              'ruleBuiltIn',
              'It can be switched off with PATCH {"enabled":false}, not deleted.',
            )
          case 'changed':
            throw new Problem('changed', 'The rule was changed meanwhile: read it again.')
          case 'removed':
            return noContent
        }
      },
    }),
  ]
}

function reviewed({ rule, language, query }: z.output<typeof reviewInput>): RuleInput {
  if (typeof rule === 'string') return { text: rule, format: 'yaml' }
  return { value: rule ?? { name: 'Query', language, query } }
}

function ruleView({ rule, version, diagnostics }: StoredRule, warnings: Diagnostic[] = diagnostics) {
  return { ...ruleToJson(rule), version, warnings: warnings.filter((one) => !isError(one)) }
}

function savedOr(outcome: SaveOutcome): Extract<SaveOutcome, { saved: StoredRule }> {
  if ('saved' in outcome) return outcome
  if ('errors' in outcome) throw ruleMistaken(outcome.errors)
  switch (outcome.conflict) {
    case 'id-taken':
      throw new Problem(
        'idTaken',
        'There is a rule of this id: give another id or name, or replace it with PUT.',
      )
    case 'built-in':
      throw new Problem(
        'ruleBuiltIn',
        'PATCH changes a built-in rule; to change its query, save a copy under another id.',
      )
    case 'changed':
      throw changedMeanwhile(outcome.version)
  }
}

export function ruleMistaken(errors: readonly Diagnostic[]): Problem {
  const detail = errors.length === 1 ? errors[0]!.message : `The rule has ${errors.length} errors.`
  return new Problem('ruleInvalid', detail, { errors: errors.map(problemError) })
}

function problemError({ line, column, length, message, hint }: Diagnostic): ProblemError {
  return { line, column, length, message, ...(hint === null ? {} : { hint }) }
}

function changedMeanwhile(version: number): Problem {
  return new Problem('changed', `The rule is at version ${version}: read it again.`)
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}
