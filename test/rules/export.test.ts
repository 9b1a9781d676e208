/** Built-in rules as Sigma: read back, each step finds what the rule's own step finds, on the records of every drill. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { DRILLS } from '../../seed/scenarios/index.ts'
import { newRun } from '../../seed/scenarios/run.ts'
import type { LogEvent } from '../../server/domain/event.ts'
import { toEvents } from '../../server/ingest/events.ts'
import { checkRule } from '../../server/rules/check-rule.ts'
import { compileRule } from '../../server/rules/compile.ts'
import type { CompiledStep } from '../../server/rules/compiled.ts'
import { exportSigma } from '../../server/rules/export/sigma.ts'
import { loadBuiltIn } from '../../server/rules/folder.ts'
import { importRules } from '../../server/rules/import/index.ts'
import { compile, makeRule } from '../support/detection.ts'

const NOW = Date.UTC(2026, 8, 9, 14, 30)
const rules = loadBuiltIn(fileURLToPath(new URL('../../seed/rules', import.meta.url)))

const run = newRun(11, NOW)
const events: LogEvent[] = DRILLS.flatMap((scenario) => [
  ...scenario.play(run).records,
  ...(scenario.nearMisses ?? []).flatMap(({ play }) => play(run)),
]).flatMap(({ record, dataset }, i) => {
  const records = [{ line: i + 1, raw: JSON.stringify(record), record }]
  const request = {
    records,
    dataset,
    source: 'test',
    drill: null,
    receivedAt: NOW,
    batchId: String(i),
    geo: null,
  }
  return toEvents(request).events.map(({ event }) => event)
})

async function readBack(text: string) {
  const { rules: read, refused } = await importRules([{ name: 'rule.yml', content: text }])
  expect(refused).toEqual([])
  expect(read).toHaveLength(1)
  const { compiled, diagnostics } = checkRule(read[0]!.input, { builtIn: false })
  if (!compiled) throw new Error(JSON.stringify(diagnostics))
  return compiled
}

/** By the first key: a rule may tell several sequences of one account in one alert, which Sigma cannot ask for. */
function found(step: CompiledStep): string[] {
  const lines = events
    .filter(({ fields }) => step.matches(fields))
    .flatMap((event) => step.keys(event).map(([key]) => `${event.id} ${JSON.stringify(key)}`))
  return [...new Set(lines)].sort()
}

test.each(rules.map((rule) => [rule.id, rule] as const))('%s', async (_, rule) => {
  const text = exportSigma(rule)
  const theirs = await readBack(text)
  const ours = compileRule(rule).compiled!
  const steps = ours.steps.filter(({ negates, isPresence }) => !negates && !isPresence)
  const isExact = ['query', 'sequence', 'threshold'].includes(rule.kind)
  for (const [i, step] of theirs.steps.entries()) {
    if (isExact) expect(found(step), `${rule.id} step ${i + 1}`).toEqual(found(steps[i]!))
    else expect(found(step).length).toBeGreaterThanOrEqual(found(steps[i]!).length)
  }
})

test('the rules above match something', () => {
  const silent = rules.filter(
    (rule) => !compileRule(rule).compiled!.steps.some((step) => found(step).length > 0),
  )
  expect(silent.map(({ id }) => id)).toEqual([])
})

test.each([
  ['a function that Sigma lacks', 'any where length(a.b) > 5 and c == "x"', 'length(a.b) > 5', 'c|cased: x'],
  [
    'a way of several that it lacks',
    'any where (length(a.b) > 5 or c == "x") and d == 1',
    'length(a.b) > 5',
    'd: 1',
  ],
  ['a wildcard that is meant as a character', 'any where a == "x*y"', '', String.raw`a|cased: x\*y`],
  ['a pattern', 'any where a like "x*y?"', '', 'a|cased: x*y?'],
  ['a pattern by its place', 'any where a : "*x*"', '', 'a|contains: x'],
  ['a regular expression', 'any where a regex~ "x.+"', '', 'a|re|i|s: ^(?:x.+)$'],
  ['a network', 'any where cidrmatch(a, "10.0.0.0/8")', '', 'a|cidr: 10.0.0.0/8'],
  ['two fields', 'any where endswith~(a, b)', '', 'a|fieldref|endswith: b'],
  ['what is missing', 'any where a != null', '', 'not selection_1'],
  ['everything', 'any where true', '', '"@timestamp|exists": true'],
])('%s is said, or stands as a comment', (_, query, lost, said) => {
  const text = exportSigma(makeRule({ kind: 'query', query }))
  expect(text).toContain(said)
  if (lost === '') expect(text).not.toContain('left out')
  else expect(text).toContain(`# Cannot be said, and left out: ${lost}`)
})

test('in a sequence, keys of several names get an alias, and what must not happen is a comment', async () => {
  const query = `sequence with maxspan=5m
    [any where event.action == "a"] by user.email
    [any where event.action == "b"] by o365.audit.UserId
    until [any where event.action == "c"] by user.email`
  const text = exportSigma(makeRule({ kind: 'sequence', query }))
  expect(text).toContain('# Cannot be said, and left out: the "until"')
  const { rule, steps } = await readBack(text)
  expect([rule.kind, steps.length]).toEqual(['sequence', 2])
  const event = { ...events[0]!, fields: { user: { email: 'A@x' }, o365: { audit: { UserId: 'B@x' } } } }
  expect(steps.map((step) => step.keys(event))).toEqual([[['a@x']], [['b@x']]])
})

test('a rule in KQL too', async () => {
  const query = 'event.action: (Add* or "a*b") and not user.name: x and source.port >= 5'
  const { steps } = await readBack(exportSigma(makeRule({ kind: 'query', language: 'kql', query })))
  const ours = compile(makeRule({ kind: 'query', language: 'kql', query })).steps[0]!
  const cases = ['Adding', 'a*b', 'axb', 'adding'].flatMap((action) =>
    [5, 4].map((port) => ({ event: { action }, source: { port } })),
  )
  expect(cases.map((fields) => steps[0]!.matches(fields))).toEqual(
    cases.map((fields) => ours.matches(fields)),
  )
  expect(steps[0]!.matches({ event: { action: 'Adding' }, source: { port: 9 }, user: { name: 'x' } })).toBe(
    false,
  )
})
