/** The way in for systemd-journal-upload, which sends its journal as one stream for as long as there is more of it. */
import type { Request } from 'express'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { SECOND } from '../../domain/time.ts'
import { createJournalCutter, type JournalPiece } from '../../ingest/formats/journal-cutter.ts'
import { streamBody, unpackStream } from '../body.ts'
import type { Context } from '../context.ts'
import { extendArrival } from '../deadline.ts'
import { Problem } from '../problem.ts'
import { type Dialect, route, type Route } from '../route.ts'
import { label } from './events.ts'

const MEDIA = 'application/vnd.fdo.journal'
const query = z.object({
  drill: label.optional().meta({ description: 'Marks the entries as a drill of this name.' }),
})

/** systemd-journal-upload writes what it is answered into its own log. */
const PLAIN: Dialect = {
  headers: {},
  answer: ({ status, message, headers }) => ({ status, text: `${message}\n`, headers }),
}
const plain = (description: string) => ({ description, type: 'text/plain' })

export function journalUploadRoutes(context: Context): Route[] {
  return [
    route({
      method: 'post',
      path: '/upload',
      tag: 'journal',
      summary: 'Send a journal as systemd-journal-upload does',
      access: ['ingest'],
      query,
      body: streamBody(MEDIA, "Entries in systemd's Journal Export Format, as many as there are."),
      answers: {
        202: plain('The entries are durable; what could not be read is kept as rejected'),
        400: plain('The connection or the packing broke; whole entries before that are kept'),
        401: plain('No credentials, or none that are good'),
        403: plain('Too little scope'),
        415: plain('The content type or coding is not supported'),
        503: plain('Full: send it again from the last entry that was acknowledged'),
      },
      dialect: PLAIN,
      async handle({ query: { drill }, who, request }) {
        const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
        if (type !== MEDIA) throw new Problem('unsupportedType', `Send ${MEDIA}, not ${type || 'nothing'}.`)
        await takePieces(request, unpackStream(request), async ({ body, cutFrom }) => {
          await context.intake.turn(request, who, body.byteLength, () =>
            context.ingest.accept({
              kind: 'events',
              format: 'journal',
              ...(cutFrom === undefined ? {} : { hints: { cutFrom } }),
              body,
              dataset: null,
              source: who.name,
              drill: drill ?? null,
              keyId: who.id,
            }),
          )
        })
        // As systemd-journal-remote, the receiver that it was made for, answers.
        return { status: 202, text: 'OK.\n' }
      },
    }),
  ]
}

/** Nothing has come for this long: what is whole need not wait for more. */
const IDLE = SECOND

/** Hands over the stream piece by piece, each durable before more is read. */
async function takePieces(
  request: Request,
  stream: Readable,
  take: (piece: JournalPiece) => Promise<void>,
): Promise<void> {
  const cutter = createJournalCutter()
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const takeWhole = async () => {
    const piece = cutter.flush()
    if (piece) await take(piece)
  }
  for (;;) {
    let chunk: IteratorResult<Buffer>
    try {
      chunk = await nextChunk(chunks, takeWhole)
    } catch (error) {
      if (!isBroken(error)) throw error
      await takeWhole()
      throw new Problem('unreadable', 'The stream ended within an entry, or its packing is broken.')
    }
    if (chunk.done) break
    extendArrival(request)
    for (const piece of cutter.push(chunk.value)) await take(piece)
  }
  const last = cutter.end()
  if (last) await take(last)
}

async function nextChunk(
  chunks: AsyncIterator<Buffer>,
  whenIdle: () => Promise<void>,
): Promise<IteratorResult<Buffer>> {
  const next = chunks.next()
  // It may fail while what has come is being stored.
  next.catch(() => {})
  let timer: NodeJS.Timeout | undefined
  const idle = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), IDLE)))
  const first = await Promise.race([next, idle]).finally(() => clearTimeout(timer))
  if (first !== null) return first
  await whenIdle()
  return next
}

/** The connection or the packing, not us: the system's and zlib's errors have such codes. */
function isBroken(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return (
    typeof code === 'string' &&
    /^(?:ECONN|EPIPE|Z_|ERR_STREAM|ERR_ZSTD|ZSTD|ERR_BROTLI|ERR__ERROR)/.test(code)
  )
}
