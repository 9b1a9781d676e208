/** Random documents and queries that meet each other often, with whatever a search by bytes could trip over. */
import fc from 'fast-check'
import type { Json } from '../../server/domain/json.ts'

const TEXTS = [
  'ann@x.org',
  'ANN@X.ORG',
  'Bob@x.org',
  'ann',
  'New-InboxRule',
  'Send',
  'success',
  'failure',
  '10.0.0.1',
  '10.0.0.2',
  'C:\\Windows\\cmd.exe',
  'say "hi"',
  'a/b/c',
  'tab\there',
  'two\nlines',
  'name: value',
  'a.b.c',
  ' leading',
  'x',
  '\u212aelvin',
  'kelvin',
  '\u0130stanbul',
  'istanbul',
  'Gr\u00fc\u00dfe',
  '\ud83d\ude00 smile',
  '1000',
  '1e3',
  'true',
  '',
  '\u0001',
]
const NAMES = [
  'user.email',
  'user.name',
  'event.action',
  'event.outcome',
  'source.ip',
  'process.name',
  'params',
  'port',
  'tags',
]
const CATEGORIES = ['process', 'file', 'network']

const text = fc.constantFrom(...TEXTS)
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(1000, 1.5, 2 ** 53, 131485996510000000),
)
const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: number },
  fc.boolean(),
)
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('ForwardTo', 'a.b', 'Name', 'k'), scalar, { maxKeys: 3 }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
)

/** Times close together, some of them the same, over two days. */
const time = fc
  .integer({ min: 0, max: 60 })
  .map((n) => Date.UTC(2026, 2, 2) + Math.floor(n / 3) * 8_000_000 + (n % 3))

export type RandomDocument = { time: number; doc: { [name: string]: Json } }

export const document: fc.Arbitrary<RandomDocument> = fc
  .record({
    time,
    nested: fc.boolean(),
    category: fc.option(fc.constantFrom<Json>(...CATEGORIES, ['file', 'network'])),
    fields: fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6 }),
  })
  .map(({ time, nested, category, fields }) => {
    const doc: { [name: string]: Json } = { '@timestamp': new Date(time).toISOString() }
    const all = category === null ? fields : { ...fields, 'event.category': category }
    for (const [path, found] of Object.entries(all)) put(doc, nested ? path.split('.') : [path], found)
    return { time, doc }
  })

function put(node: { [name: string]: Json }, [name, ...rest]: string[], found: Json): void {
  if (rest.length === 0) node[name!] = found
  else put((node[name!] ??= {}) as { [name: string]: Json }, rest, found)
}

/** The same document as another program might write it: other escapes, other blanks. */
export function writtenOtherwise(doc: Json, random: number): string {
  const plain = JSON.stringify(doc)
  if (random % 3 === 0) return plain
  if (random % 3 === 1) return plain.replaceAll('/', '\\/').replaceAll(',"', ' , "')
  return plain.replaceAll(/[a-zA-Z\u0080-\uffff]/g, (char, at: number) =>
    // The names of fields are texts as well. A letter behind a backslash is an escape already.
    (at + random) % 5 === 0 &&
    !/\\(?:u[0-9a-f]{0,3})?$/.test(plain.slice(Math.max(0, at - 5), at)) &&
    !/^(?:true|false|null|rue|ue|alse|lse|se|ull|ll|l|e)\b/.test(plain.slice(at))
      ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
      : char,
  )
}

const field = fc.constantFrom(...NAMES, 'missing')
const literal = text.map((one) => eqlText(one))
/** A piece of a text with wildcards around it. */
const pattern = fc
  .tuple(text, fc.nat(8), fc.nat(8), fc.constantFrom('*', '?', ''), fc.constantFrom('*', ''))
  .map(([one, from, length, before, behind]) => eqlText(before + one.slice(from, from + length + 1) + behind))
const condition: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(field, fc.constantFrom('==', '!='), literal).map((parts) => parts.join(' ')),
  fc.tuple(field, fc.constantFrom(':', 'like', 'like~'), pattern).map((parts) => parts.join(' ')),
  fc
    .tuple(field, fc.constantFrom('in', 'in~', 'not in'), fc.array(literal, { minLength: 1, maxLength: 3 }))
    .map(([path, op, list]) => `${path} ${op} (${list.join(', ')})`),
  fc
    .tuple(fc.constantFrom('startsWith', 'endsWith~', 'stringContains~', 'wildcard'), field, pattern)
    .map(([name, path, part]) => `${name}(${path}, ${part})`),
  fc.tuple(field, fc.constantFrom('>', '<=', '=='), number).map(([path, op, n]) => `${path} ${op} ${n}`),
  field.map((path) => `?${path} == null`),
  fc.constantFrom('true', 'false'),
)
const where: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'where' },
    { weight: 3, arbitrary: condition },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('tree'), fc.constantFrom('and', 'or'), tie('tree'))
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
    },
    { weight: 1, arbitrary: tie('tree').map((a) => `not (${a})`) },
  ),
})).tree
const category = fc.constantFrom('any', ...CATEGORIES)
const filter = fc.tuple(category, where).map(([name, test]) => `${name} where ${test}`)

export const eventQuery = filter
export const sequenceQuery = fc
  .tuple(
    fc.constantFrom('', 'by user.name', 'by ?source.ip', 'by event.action'),
    fc.constantFrom('', 'with maxspan=3h', 'with maxspan=1d'),
    fc.array(filter, { minLength: 2, maxLength: 3 }),
    fc.option(filter),
    fc.constantFrom('', '| head 3', '| tail 2'),
  )
  .map(
    ([by, span, steps, until, pipe]) =>
      `sequence ${by} ${span} ${steps.map((step) => `[${step}]`).join(' ')} ${until === null ? '' : `until [${until}]`} ${pipe}`,
  )
export const sampleQuery = fc
  .tuple(
    fc.constantFrom('by user.name', 'by ?source.ip, event.outcome'),
    fc.array(filter, { minLength: 2, maxLength: 2 }),
  )
  .map(([by, steps]) => `sample ${by} ${steps.map((step) => `[${step}]`).join(' ')}`)

const kqlCondition = fc.oneof(
  fc.tuple(field, text).map(([path, one]) => `${path}: ${JSON.stringify(one.replaceAll(/\p{Cc}/gu, ' '))}`),
  fc.tuple(field, text).map(([path, one]) => `${path}: ${kqlWord(one.slice(0, 4))}*`),
  fc.tuple(field, text).map(([path, one]) => `${path}: *${kqlWord(one.slice(1, 5))}*`),
  text.map((one) => JSON.stringify(one.replaceAll(/\p{Cc}/gu, ' '))),
  text.map((one) => kqlWord(one)),
  field.map((path) => `${path}: *`),
  fc
    .tuple(field, fc.constantFrom('>', '<='), fc.integer({ min: -2, max: 2 }))
    .map(([path, op, n]) => `${path} ${op} ${n}`),
)
export const kqlQuery = fc.oneof(
  kqlCondition,
  fc.constant(''),
  fc
    .tuple(kqlCondition, fc.constantFrom('and', 'or', 'and not'), kqlCondition)
    .map((parts) => parts.join(' ')),
)

function eqlText(one: string): string {
  return JSON.stringify(one.replaceAll(/\p{Cs}/gu, '')).replaceAll(/\\u([0-9a-f]{4})/g, '\\u{$1}')
}

function kqlWord(one: string): string {
  const word = one.replaceAll(/[^\p{L}\p{N}@._-]/gu, '')
  return word === '' ? 'x' : word
}
