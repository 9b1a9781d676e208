/** Rules of other makers, and our own, as files. */
import { z } from 'zod'
import type { RuleKind } from '../../domain/rule.ts'
import type { Diagnostic } from '../../lang/tree.ts'
import {
  importRules,
  type ImportNote,
  type ImportedRule,
  type RuleText,
  type SaidFormat,
} from '../../rules/import/index.ts'
import { type BodyReader, decodeText, jsonBody } from '../body.ts'
import type { Context } from '../context.ts'
import { createInstallationReview } from '../installation-review.ts'
import type { SaveOutcome } from '../parts.ts'
import { Problem } from '../problem.ts'
import { ok, route, type Route } from '../route.ts'
import * as answers from '../schemas.ts'

const MOST_FILES = 10_000
const filesBody = z.strictObject({
  files: z
    .array(z.strictObject({ name: z.string().trim().min(1).max(500), content: z.string().max(1_000_000) }))
    .min(1, 'must hold at least one file')
    .max(MOST_FILES),
})
const query = z.strictObject({
  enabled: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: 'Whether the imported rules are on; whatever they say themselves.' }),
})

type Sent = { files: RuleText[]; said: SaidFormat }
const SAID: Record<string, SaidFormat> = {
  '': null,
  'text/plain': null,
  'application/yaml': 'yaml',
  'application/x-yaml': 'yaml',
  'text/yaml': 'yaml',
  'text/x-yaml': 'yaml',
  'application/toml': 'toml',
  'text/toml': 'toml',
  'text/x-toml': 'toml',
}

const importBody: BodyReader<Sent> = {
  media: {
    'application/json': filesBody,
    'application/yaml': z.string().meta({ description: 'A rule file of ours, or Sigma rules.' }),
    'application/toml': z.string().meta({ description: 'A detection rule of Elastic.' }),
    'text/plain': z.string().meta({ description: 'Any of these, or a query in EQL.' }),
  },
  required: true,
  read(body) {
    if (body.type === 'application/json' || body.type.endsWith('+json')) {
      return { files: jsonBody(filesBody).read(body).files, said: null }
    }
    const said = SAID[body.type]
    if (said === undefined) {
      const known = 'text/plain, application/yaml, application/toml or application/json'
      throw new Problem('unsupportedType', `Send ${known}, not ${body.type}.`)
    }
    const content = decodeText(body.bytes)
    if (content.trim() === '') throw new Problem('invalid', 'The body is empty: send the text of a rule.')
    return { files: [{ name: null, content }], said }
  },
}

export function ruleImportRoutes(context: Context): Route[] {
  const { rules } = context
  const installation = createInstallationReview(context)
  return [
    route({
      method: 'post',
      path: '/api/v1/rules/import',
      tag: 'rules',
      summary:
        'Import rules: Sigma, Elastic, our own files, or a query in EQL; the stored history is looked through too',
      access: ['write'],
      query,
      body: importBody,
      answers: { 200: { description: 'One entry a rule', schema: answers.importedRules } },
      async handle({ query: { enabled }, body, who }) {
        const { rules: read, refused } = await importRules(body.files, body.said)
        const options = { actor: who.name, enabled: enabled === 'true' }
        const outcomes = await rules.saveAll(
          read.map(({ input }) => input),
          options,
        )
        const kept = outcomes.flatMap((one) => ('saved' in one ? [one] : []))
        const found = await installation.of(kept.map(({ saved: { rule } }) => rule))
        for (const [i, one] of kept.entries()) one.warnings.push(...(await installation.warnings(found[i]!)))
        const saved = read.map((rule, i) => entryOf(rule, outcomes[i]!))
        return ok({
          imported: saved.flatMap((one) => ('ruleId' in one ? [one] : [])),
          refused: [...refused, ...saved.flatMap((one) => ('errors' in one ? [one] : []))],
        })
      },
    }),
  ]
}

type Entry =
  | { name: string; ruleId: string; kind: RuleKind; enabled: boolean; warnings: ImportNote[] }
  | { name: string; errors: ImportNote[] }

function entryOf({ name, warnings }: ImportedRule, outcome: SaveOutcome): Entry {
  if ('errors' in outcome) return { name, errors: outcome.errors.map(noteOf) }
  if ('conflict' in outcome) return { name, errors: [CONFLICTS[outcome.conflict]] }
  const { rule, version } = outcome.saved
  const replaced = version > 1 ? [REPLACED] : []
  const all = [...replaced, ...warnings, ...outcome.warnings.map(noteOf)]
  return { name, ruleId: rule.id, kind: rule.kind, enabled: rule.enabled, warnings: all }
}

const REPLACED: ImportNote = {
  message: 'A rule of this id was there: this one has taken its place',
  hint: null,
  line: null,
  column: null,
}
const CHANGED: ImportNote = {
  message: 'The rule of this id was changed at the same time',
  hint: 'Import it again.',
  line: null,
  column: null,
}
const CONFLICTS: Record<Extract<SaveOutcome, { conflict: string }>['conflict'], ImportNote> = {
  'built-in': {
    message: 'A rule that came with the product has this id',
    hint: 'Give it another id.',
    line: null,
    column: null,
  },
  'id-taken': CHANGED,
  changed: CHANGED,
}

function noteOf({ message, hint, line, column }: Diagnostic): ImportNote {
  return { message, hint, line, column }
}
