import fc from 'fast-check'
import type { Expr, KqlValue, Query, Span, Step } from '../../server/lang/tree.ts'

/** A tree without where its parts stand in the text, and with plain text for bigint. */
export function withoutPlaces(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) => {
      if (key === 'at') return undefined
      return typeof value === 'bigint' ? `${value}n` : value
    }) ?? 'null',
  )
}

const at: Span = { line: 1, column: 1, length: 1, offset: 0 }

const WORDS = [
  'a',
  'b',
  'user.name',
  'event.category',
  'x.sequence',
  'odd-name',
  'with space',
  'back`quote',
  '@timestamp',
]
const TEXTS = [
  '',
  'alice',
  'A*',
  '*?x',
  'C:\\Users\\',
  '"quoted"',
  "it's",
  'two\nlines',
  'tab\t',
  '\u{1f600}é',
  '\u0000\u2028',
]

export const path = fc.constantFrom(...WORDS)
export const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 8 }))
const field = fc.record({
  kind: fc.constant('field' as const),
  path,
  optional: fc.boolean(),
  at: fc.constant(at),
})

const constant: fc.Arbitrary<Expr> = fc
  .oneof(
    fc.constant({ type: 'null' as const, value: null }),
    fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
    fc.record({
      type: fc.constant('integer' as const),
      value: fc.oneof(fc.integer(), fc.constant(2n ** 62n + 1n)),
    }),
    fc.record({ type: fc.constant('double' as const), value: fc.constantFrom(0.5, 2, -3.25, 1e-9, 1e21) }),
    text.map((value) => ({ type: 'string' as const, value })),
  )
  .map((literal) => ({ kind: 'constant', ...literal, at }))

const stringConstant: fc.Arbitrary<Expr> = text.map((value) => ({
  kind: 'constant',
  type: 'string',
  value,
  at,
}))
const numberLike: fc.Arbitrary<Expr> = fc.oneof(
  field,
  fc.constantFrom(1, 2, -7).map((value): Expr => ({ kind: 'constant', type: 'integer', value, at })),
  fc.constantFrom(0.5, 4).map((value): Expr => ({ kind: 'constant', type: 'double', value, at })),
)

/** Conditions of EQL in the shape that the parser gives them. */
export const { condition } = fc.letrec<{ condition: Expr; value: Expr; number: Expr }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    numberLike,
    fc.record({
      kind: fc.constant('arithmetic' as const),
      op: fc.constantFrom('+', '-', '*', '/', '%'),
      left: tie('number'),
      right: tie('number'),
      at: fc.constant(at),
    }),
    tie('number').map((value): Expr => (value.kind === 'constant' ? value : { kind: 'negate', value, at })),
  ),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    field,
    constant,
    tie('number'),
    fc.record({
      kind: fc.constant('call' as const),
      name: fc.constantFrom('concat', 'string'),
      insensitive: fc.constant(false),
      args: tie('value').map((arg) => [arg]),
      at: fc.constant(at),
    }),
    tie('condition'),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    field,
    fc.record({
      kind: fc.constant('compare' as const),
      op: fc.constantFrom('==', '<', '<=', '>', '>='),
      left: tie('value'),
      right: tie('value'),
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('in' as const),
      value: field,
      list: fc.array(stringConstant, { minLength: 1, maxLength: 3 }),
      insensitive: fc.boolean(),
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('pattern' as const),
      op: fc.constant('like' as const),
      insensitive: fc.boolean(),
      value: field,
      patterns: fc.array(stringConstant, { minLength: 1, maxLength: 3 }),
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      name: fc.constantFrom('startsWith', 'endsWith', 'stringContains'),
      insensitive: fc.boolean(),
      args: fc.tuple(field, stringConstant).map((pair): Expr[] => pair),
      at: fc.constant(at),
    }),
    tie('condition').map((item): Expr => ({ kind: 'not', item, at })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, items]): Expr => ({
        kind,
        items: items.flatMap((item) => (item.kind === kind ? item.items : [item])),
        at,
      })),
  ),
}))

const kqlValue = fc.oneof(
  text.map((value): KqlValue => ({ text: value, phrase: true })),
  fc
    .constantFrom(
      'alice',
      'A b',
      'x*',
      '*:y*',
      'and',
      'not',
      'this or That',
      'x not',
      'notes',
      'C:\\x',
      '5',
      '(a)',
    )
    .map((value): KqlValue => ({ text: value, phrase: false })),
  fc.constant<KqlValue>({ text: 'a*b*', phrase: false, literal: [1] }),
)

/** Conditions of KQL in the shape that the parser gives them. */
export const { kql } = fc.letrec<{ kql: Expr }>((tie) => ({
  kql: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('kql-match' as const),
      field: fc.oneof(fc.constant(null), fc.constantFrom('a', 'user.name', 'a.*.b', 'x:y', 'odd name')),
      value: kqlValue,
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('kql-range' as const),
      field: fc.constantFrom('a', 'user.name'),
      op: fc.constantFrom('<', '<=', '>', '>='),
      value: text,
      at: fc.constant(at),
    }),
    fc.record({
      kind: fc.constant('kql-exists' as const),
      field: fc.constantFrom('a', 'a.*', '*'),
      at: fc.constant(at),
    }),
    tie('kql').map((item): Expr => ({ kind: 'kql-nested', field: 'targets', item, at })),
    tie('kql').map((item): Expr => ({ kind: 'not', item, at })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('kql'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, items]): Expr => ({
        kind,
        items: items.flatMap((item) => (item.kind === kind ? item.items : [item])),
        at,
      })),
  ),
}))

const filter = fc.record({
  category: fc.constantFrom(null, 'process', 'any', 'odd category', 'sequence'),
  where: condition,
})

const key = fc.record({ path, optional: fc.boolean(), at: fc.constant(at) })

/** Whole EQL queries. */
export const query: fc.Arbitrary<Query> = fc.oneof(
  filter.map((parts): Query => ({ kind: 'event', ...parts, pipes: [] })),
  fc
    .record({
      filters: fc.array(filter, { minLength: 2, maxLength: 3 }),
      keys: fc.array(key, { maxLength: 2 }),
      own: fc.array(key, { minLength: 4, maxLength: 4 }),
      hasOwn: fc.boolean(),
      runs: fc.constantFrom(1, 2, 60),
      missing: fc.boolean(),
      maxspan: fc.constantFrom(1, 1500, 60_000, 86_400_000),
      hasUntil: fc.boolean(),
      count: fc.nat(20),
    })
    .map(({ filters, keys, own, hasOwn, runs, missing, maxspan, hasUntil, count }): Query => {
      const step = (i: number): Step => ({
        ...filters[i % filters.length]!,
        by: hasOwn ? [...keys, own[i]!] : keys,
        missing: missing && i === 1,
        runs: i === 0 ? runs : 1,
        at,
      })
      return {
        kind: 'sequence',
        maxspan,
        steps: filters.map((_, i) => step(i)),
        until: hasUntil ? { ...step(3), runs: 1, missing: false } : null,
        pipes: [{ kind: 'head', count, at }],
      }
    }),
)
