import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FORMATS } from '../../../server/ingest/formats/index.ts'
import { createJournalCutter, type JournalPiece } from '../../../server/ingest/formats/journal-cutter.ts'

type Field = [name: string, value: string | Buffer]

function written(entries: Field[][]): Buffer {
  return Buffer.concat(entries.flatMap((entry) => [...entry.map(writeField), Buffer.from('\n')]))
}

/** As systemd does: what has a line end or is no text is written with its length. */
function writeField([name, value]: Field): Buffer {
  if (typeof value === 'string' && !value.includes('\n')) return Buffer.from(`${name}=${value}\n`)
  const data = Buffer.from(value as string)
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(data.length))
  return Buffer.concat([Buffer.from(`${name}\n`), size, data, Buffer.from('\n')])
}

function decode(body: Buffer, cutFrom?: number) {
  const decoded = FORMATS.journal(body, cutFrom === undefined ? {} : { cutFrom })
  if ('unreadable' in decoded) throw new Error(decoded.unreadable.code)
  return decoded
}
const fieldsOf = (body: Buffer) => decode(body).records.map(({ record }) => record['journald'])

test('an entry has its fields as they were sent', () => {
  const entry: Field[] = [
    ['__CURSOR', 's=1;i=2'],
    ['MESSAGE', 'two\n\nlines = here'],
    ['EMPTY', ''],
    ['TAG', 'a'],
    ['TAG', 'b=c'],
    ['BINARY', Buffer.from([0xff, 0x0a, 0x0a, 0x00])],
  ]
  expect(fieldsOf(written([entry, [['MESSAGE', 'next']]]))).toEqual([
    {
      __CURSOR: 's=1;i=2',
      MESSAGE: 'two\n\nlines = here',
      EMPTY: '',
      TAG: ['a', 'b=c'],
      BINARY: '/woKAA==',
    },
    { MESSAGE: 'next' },
  ])
})

test('entries may have blank lines between them and none at the end', () => {
  expect(fieldsOf(Buffer.from('\n\nA=1\n\n\n\nA=2'))).toEqual([{ A: '1' }, { A: '2' }])
  expect(decode(Buffer.from('\n\n'))).toEqual({ records: [], rejections: [] })
})

test.each<[string, Buffer]>([
  ['a name that is none', Buffer.from('no name\n12345678\n')],
  ['a name that cannot be stored safely', Buffer.from('__proto__=1\nA=1\n')],
  ['data cut short', Buffer.from('A\n\xff\0\0\0\0\0\0\0xyz', 'latin1')],
  ['a length cut short', Buffer.from('A\n\x01')],
  ['data that is longer than its length', Buffer.from('A\n\x01\0\0\0\0\0\0\0xyz\n', 'latin1')],
])('after what is no entry, reading goes on with the next one: %s', (_name, broken) => {
  const good = written([
    [
      ['__CURSOR', 'c'],
      ['MESSAGE', 'x'],
    ],
  ])
  const { records, rejections } = decode(Buffer.concat([good, broken, Buffer.from('\n\n'), good]))
  expect(rejections).toMatchObject([{ line: 2, code: 'not-journal', detail: expect.stringMatching(/\w/) }])
  expect(records.map(({ line }) => line)).toEqual([1, 3])
})

test('the beginning of an entry that was too large for the stream is kept with its reason', () => {
  const { records, rejections } = decode(Buffer.from('MESSAGE=xxxx'), 5_000_000)
  expect(records).toEqual([])
  expect(rejections).toMatchObject([{ code: 'record-too-large', raw: 'MESSAGE=xxxx' }])
  expect(rejections[0]!.detail).toContain('5000000')
})

function cut(stream: Buffer, sizes: readonly number[], pieceBytes: number): JournalPiece[] {
  const cutter = createJournalCutter(pieceBytes)
  const pieces: JournalPiece[] = []
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = sizes[i % sizes.length]!
    pieces.push(...cutter.push(stream.subarray(at, at + size)))
    at += size
    // Now and then nothing comes for a while.
    const idle = i % 7 === 6 ? cutter.flush() : null
    if (idle) pieces.push(idle)
  }
  const last = cutter.end()
  return last ? [...pieces, last] : pieces
}

const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/)
const data = fc.oneof(
  fc.string(),
  fc.constantFrom('', '\n', '\n\n', 'A=1\n\nB\n', '\n\n__CURSOR=x'),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
)
const entry = fc.array(fc.tuple(name, data) as fc.Arbitrary<Field>, { minLength: 1, maxLength: 6 })

test('however the chunks of a stream fall, and wherever it is cut, the entries are the same', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(entry), sizes, fc.integer({ min: 1, max: 500 }), (entries, chunks, pieceBytes) => {
      const stream = written(entries)
      const pieces = cut(stream, chunks, pieceBytes)
      expect(Buffer.concat(pieces.map(({ body }) => body)).equals(stream)).toBe(true)
      const decoded = pieces.map(({ body }) => decode(body))
      expect(decoded.flatMap(({ rejections }) => rejections)).toEqual([])
      expect(decoded.flatMap(({ records }) => records.map(({ record }) => record))).toEqual(
        decode(stream).records.map(({ record }) => record),
      )
      expect(decode(stream).records).toHaveLength(entries.length)
    }),
    { numRuns: 500 },
  )
})

test('an entry of any size is passed over without holding it', () => {
  const cutter = createJournalCutter(1)
  const pieces = cutter.push(Buffer.concat([written([[['A', '1']]]), Buffer.from('CORE\n')]))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(3n * 1024n * 1024n)
  pieces.push(...cutter.push(size))
  for (let i = 0; i < 3; i++) expect(cutter.push(Buffer.alloc(1024 * 1024, '\n\n')), 'not yet').toEqual([])
  pieces.push(...cutter.push(Buffer.concat([Buffer.from('\n\n'), written([[['B', '2']]])])))
  expect(pieces.map(({ body, cutFrom }) => [body.length < 5000, cutFrom])).toEqual([
    [true, undefined],
    [true, 3 * 1024 * 1024 + 15],
    [true, undefined],
  ])
  expect(cutter.end()).toBeNull()
})
