import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isScalar, parseDocument, Scalar, stringify } from 'yaml'
import { readRule } from '../../server/rules/rule-file.ts'
import { sourceOfText } from '../../server/rules/rule-source.ts'
import { type ScalarStyle, scalarOffsets } from '../../server/rules/scalar-offsets.ts'

const STYLES: [ScalarStyle, Scalar.Type][] = [
  ['literal', 'BLOCK_LITERAL'],
  ['folded', 'BLOCK_FOLDED'],
  ['single', 'QUOTE_SINGLE'],
  ['double', 'QUOTE_DOUBLE'],
  ['plain', 'PLAIN'],
]

// Words and signs of queries, with what each style must write in its own way.
const words = fc.array(
  fc.constantFrom('any', 'where', 'a == "b"', "it's", '\\', '(', ']', '#', 'é', ':', 'x:', '- y'),
  {
    minLength: 1,
    maxLength: 12,
  },
)
const gaps = fc.array(fc.constantFrom(' ', '\n', '  ', '\n  ', '\n\n'), { minLength: 12, maxLength: 12 })
const queries = fc
  .tuple(words, gaps)
  .map(([parts, between]) => parts.map((word, i) => (i === 0 ? word : between[i]! + word)).join(''))

describe('the place of a character of a text within its file', () => {
  test.each(STYLES)('%s: each visible character is found where it was written', (style, type) => {
    fc.assert(
      fc.property(queries, fc.integer({ min: 1, max: 6 }), (query, indent) => {
        const scalar = new Scalar(query)
        scalar.type = type
        const file = stringify(
          { before: [1], nested: { query: scalar }, after: 'x' },
          { indent: indent + 1, lineWidth: 0 },
        )
        const node = parseDocument(file).getIn(['nested', 'query'], true)
        // The writer takes another style where this one cannot hold the text: that one is tried on its own.
        if (!isScalar(node) || node.type !== type || node.value !== query || !node.range) return
        const offsets = scalarOffsets(file, node.range[0], query, style)
        expect(offsets).toHaveLength(query.length + 1)
        const misplaced = query.split('').filter((character, i) => {
          const escaped = style === 'double' && /["\\]/.test(character) ? `\\${character}` : character
          return !/\s/.test(character) && !file.startsWith(escaped, offsets[i])
        })
        expect(misplaced, file).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})

describe('reading a rule never fails, whatever it is given', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          'name: x',
          'language: eql',
          'query: |',
          '  any where a',
          '\t',
          '- b',
          '{',
          '*a',
          '&a x',
          '? y',
          '"',
          '---',
          'then:',
          'hunt: [{}]',
          'threshold: 5',
          '!!binary x',
          '<<: *a',
        ),
      )
      .map((lines) => lines.join('\n')),
  )

  test('a text', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom<'yaml' | 'json'>('yaml', 'json'), (text, format) => {
        const { rule, diagnostics } = readRule({ text, format }, { builtIn: false })
        const errors = diagnostics.filter(({ severity }) => severity === 'error')
        expect(rule === null).toBe(errors.length > 0)
        const lines = text.split(/\r\n|\n|\r/).length
        for (const { line, column, length, message } of diagnostics) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(lines)
          expect(column).toBeGreaterThanOrEqual(1)
          expect(length).toBeGreaterThanOrEqual(1)
          expect(message).not.toBe('')
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('a value', () => {
    const keys = fc.constantFrom(
      'name',
      'language',
      'query',
      'threshold',
      'then',
      'hunt',
      'travel',
      'attack',
      'by',
      'within',
      'or',
      '__proto__',
      'constructor',
    )
    const values = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('eql', 'any where true', '1h', 5, null, true, -1, 0.5, ''),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(keys, tie('node'), { maxKeys: 6 }),
      ),
    })).node
    fc.assert(
      fc.property(values, (value) => {
        const { rule, diagnostics } = readRule({ value }, { builtIn: false })
        expect(rule === null).toBe(diagnostics.some(({ severity }) => severity === 'error'))
      }),
      { numRuns: 1000 },
    )
  })
})

test('places are found in a file with Windows line ends', () => {
  const source = sourceOfText('name: x\r\nquery: |\r\n  any where\r\n  b\r\n', 'yaml')
  expect(source.within(['query'], { line: 2, column: 1, length: 1 })).toEqual({
    line: 4,
    column: 3,
    length: 1,
  })
})
