/** A small way in: every JSON line with an object is an event, every other line is rejected. */
import { createHash } from 'node:crypto'
import { eventId, type LogEvent } from '../../server/domain/event.ts'
import { isObject, type Json } from '../../server/domain/json.ts'
import type { AcceptAnswer, AcceptRequest, IngestGate } from '../../server/http/parts.ts'
import { countByDataset } from '../../server/pipeline/dataset-counts.ts'
import type { Store } from '../../server/store/store.ts'

export function memoryIngest(store: Store, clock: () => number): IngestGate {
  return {
    async accept(request) {
      const text = new TextDecoder().decode(request.body)
      if (text.trim() === '')
        return { kind: 'unreadable', code: 'empty-body', detail: 'There is nothing in it.' }
      return request.kind === 'events' ? acceptEvents(text, request) : acceptBulk(text, request)
    },
  }

  async function acceptEvents(text: string, request: AcceptRequest): Promise<AcceptAnswer> {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const events: { event: LogEvent; hits: []; line: number }[] = []
    const errors: { line: number; code: string; detail: string; raw: string }[] = []
    for (const [i, raw] of lines.entries()) {
      const event = toEvent(raw, request, clock(), request.dataset ?? 'test')
      if (event) events.push({ event, hits: [], line: i + 1 })
      else errors.push({ line: i + 1, code: 'not-json', detail: 'This line is not a JSON object.', raw })
    }
    const rejections = errors.map((error) => ({ ...error, dataset: request.dataset }))
    const batch = { events, rejections, source: request.source, receivedAt: clock() }
    const [appended] = await store.append([batch])
    const count = (wanted: string) => appended!.outcomes.filter((outcome) => outcome === wanted).length
    return {
      kind: 'events',
      answer: {
        accepted: count('accepted') + count('updated'),
        updated: count('updated'),
        duplicates: count('duplicate'),
        rejected: errors.length,
        errors: errors.map(({ line, code, detail }) => ({ line, code, detail })),
      },
      counts: countByDataset(events, appended!.outcomes, rejections, request.dataset),
    }
  }

  async function acceptBulk(text: string, request: AcceptRequest): Promise<AcceptAnswer> {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const items = []
    for (let i = 0; i + 1 < lines.length; i += 2) {
      const [action, target] = Object.entries(
        JSON.parse(lines[i]!) as Record<string, Record<string, string>>,
      )[0]!
      const index = target._index ?? request.index ?? 'logs'
      const event = toEvent(lines[i + 1]!, request, clock(), 'generic', `${index}/${target._id}`)
      const head = { action, index, id: target._id ?? '' }
      if (!event) {
        const error = { type: 'document_parsing_exception', reason: 'failed to parse' }
        items.push({ ...head, status: 400, error })
        continue
      }
      const batch = {
        events: [{ event, hits: [], line: i, createOnly: action === 'create' }],
        rejections: [],
      }
      const [appended] = await store.append([{ ...batch, source: request.source, receivedAt: clock() }])
      const isNew = appended!.outcomes[0] === 'accepted'
      const error = { type: 'version_conflict_engine_exception', reason: 'document already exists' }
      if (!isNew && action === 'create') items.push({ ...head, status: 409, error })
      else items.push({ ...head, status: isNew ? 201 : 200 })
    }
    return { kind: 'bulk', items }
  }
}

function toEvent(
  raw: string,
  request: AcceptRequest,
  now: number,
  dataset: string,
  identity = `#${createHash('sha1').update(raw).digest('hex')}`,
): LogEvent | null {
  const fields = parse(raw)
  if (!isObject(fields)) return null
  const time = new Date(fields['@timestamp'] as string | number).getTime() || now
  return {
    id: eventId(dataset, identity, time, true),
    time,
    receivedAt: now,
    dataset,
    index: `logs-${dataset}-default`,
    source: request.source,
    category: [],
    fields,
    raw,
    drill: request.drill,
    ownTime: true,
    identity,
  }
}

function parse(raw: string): Json | undefined {
  try {
    return JSON.parse(raw) as Json
  } catch {
    return undefined
  }
}
