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

test.each<[string, Partial<Exception>]>([
  ['EQL', { condition: 'user.email == "ANN@example.org"' }],
  ['EQL, a list', { condition: 'user.email in ("ANN@Example.org", "x")' }],
  ['EQL, the local part of an address', { condition: 'user.name == "ANN"' }],
  ['KQL', { language: 'kql', condition: 'user.email: ANN@EXAMPLE.org' }],
])('accounts, and nothing else, are compared without case: %s', (_, given) => {
  const { compiled } = compileException(exception(given))
  const ann = { user: { email: 'Ann@Example.org', name: 'Ann@example.org' } }
  const bob = { user: { email: 'bob@example.org', name: 'bob@example.org' } }
  expect(compiled!.hides({ time: T0, fields: ann })).toBe(true)
  expect(compiled!.hides({ time: T0, fields: bob })).toBe(false)
  const other = compileException(exception({ condition: 'event.action == "set-mailbox"' }))
  expect(other.compiled!.hides({ time: T0, fields: { event: { action: 'Set-Mailbox' } } })).toBe(false)
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
  ['a pipe', 'any where true | head 5', 1, 18],
  ['a pipe behind a bare condition', 'true | head 5', 1, 8],
  ['a pipe in a later line', 'true\n| tail 5', 2, 3],
])('%s is told with its place', (_, condition, line, column) => {
  const { compiled, diagnostics } = compileException(exception({ condition }))
  expect(compiled).toBeNull()
  expect(diagnostics).toMatchObject([{ severity: 'error', line, column }])
})
