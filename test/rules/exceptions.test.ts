import { expect, test } from 'vitest'
import type { Exception } from '../../server/domain/exception.ts'
import { compileException } from '../../server/rules/exceptions.ts'
import { event, T0 } from '../support/detection.ts'

const exception = (given: Partial<Exception>): Exception => ({
  id: 'x',
  ruleId: '*',
  language: 'eql',
  condition: 'source.ip == "192.0.2.1"',
  reason: 'our own scanner',
  expires: null,
  ...given,
})

test.each<[string, Partial<Exception>]>([
  ['a bare condition', {}],
  ['a bare condition over several lines', { condition: '\n  source.ip == "192.0.2.1"\n  and true' }],
  ['a single-event query', { condition: 'any where source.ip == "192.0.2.1"' }],
  ['KQL', { language: 'kql', condition: 'source.ip: 192.0.2.1' }],
])('an exception is %s', (_, given) => {
  const { compiled } = compileException(exception(given))
  expect(compiled!.hides(event({ at: T0, ip: '192.0.2.1' }))).toBe(true)
  expect(compiled!.hides(event({ at: T0, ip: '192.0.2.2' }))).toBe(false)
})

test('it leaves out what happened before it expires', () => {
  const { compiled } = compileException(exception({ expires: T0 }))
  expect(compiled!.hides(event({ at: T0 - 1, ip: '192.0.2.1' }))).toBe(true)
  expect(compiled!.hides(event({ at: T0, ip: '192.0.2.1' }))).toBe(false)
})

test.each([
  ['a mistake', 'source.ip = "x"', 1, 11],
  ['a mistake in a later line', 'true and\n source.ip = "x"', 2, 12],
  ['a sequence', 'sequence [any where true] [any where true]', 1, 1],
])('%s is told with its place', (_, condition, line, column) => {
  const { compiled, diagnostics } = compileException(exception({ condition }))
  expect(compiled).toBeNull()
  expect(diagnostics).toMatchObject([{ severity: 'error', line, column }])
})
