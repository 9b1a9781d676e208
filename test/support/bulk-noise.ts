/** Requests in Elasticsearch's manner with mistakes in them, the same for the same seed. */
import { gzipSync } from 'node:zlib'
import { randomBytes } from './query-noise.ts'

export type NoisyRequest = {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer
}

const BODIES = [
  '{"index":{"_index":"logs-a"}}\n{"@timestamp":"2026-11-24T10:00:00Z","message":"m","user":{"id":"a"}}\n',
  '{"create":{"_index":"logs-a","_id":"1","pipeline":null},"attempts":0}\n{"a":{"b":[1,2,{"c":null}]},"a.b":1}\n',
  '{"update":{"_index":"logs-a","_id":"1"}}\n{"doc":{"a":{"b":2}},"doc_as_upsert":true}\n{"delete":{"_index":"x","_id":"1"}}\n',
  '{"update":{"_index":"u","_id":"2"}}\r\n{"doc":{},"upsert":{"n":1e400}}\r\n\r\n{"index":{}}\n{"n":12345678901234567890}\n',
  '{"processors":[{"set":{"field":"a","value":1}}]}',
  '{"policy":{"phases":{}}}',
  '{"index_patterns":["logs-*"],"template":{"mappings":{"properties":{"v":{"type":"version"}}}}}',
  '{"actions":[{"add":{"index":"logs-a","alias":"b"}},{"remove":{"index":"logs-a","alias":"b"}}]}',
  '{"@timestamp":"2026-11-24T10:00:00Z","host.hostname":"web1","host":"x","a.b.c":{"d":1},"__proto__":{"x":1}}',
]
const PATHS = [
  '/_bulk',
  '/_bulk',
  '/logs-a/_bulk',
  '/elastic/_bulk',
  '/api/default/_bulk',
  '/logs-a/_doc',
  '/logs-a/_doc/1',
  '/logs-a/_create/2',
  '/logs-a/_update/1',
  '/',
  '/_license',
  '/_xpack',
  '/_cluster/health',
  '/_cat/health',
  '/_cat/indices',
  '/_nodes/http',
  '/_refresh',
  '/logs-a/_refresh',
  '/_index_template/t',
  '/_component_template/t',
  '/_template/t',
  '/_ilm/policy/p',
  '/_ingest/pipeline/p',
  '/_data_stream/d',
  '/_alias/b',
  '/_aliases',
  '/logs-a/_alias/b',
  '/logs-a',
  '/%3Clogs-%7Bnow%2Fd%7D%3E',
  '/logs-a/_mapping',
]
const QUERIES = [
  '',
  '',
  '?filter_path=errors,items.*.error',
  '?filter_path=**.*.,,-x.*',
  '?timeout=1m&refresh=true',
  '?pretty',
  '?op_type=create',
  '?create=true',
  '?v&h=a,health&format=json',
  '?filter_path=a&filter_path=b',
  '?drill=%00',
  '?%',
]
const TYPES = [
  'application/x-ndjson',
  'application/json',
  'application/vnd.elasticsearch+x-ndjson; compatible-with=9',
  'text/plain',
  ';;;',
]
const METHODS = ['POST', 'PUT', 'GET', 'HEAD', 'DELETE', 'PATCH']
const PIECES = [
  '',
  '\n',
  '\r\n',
  '{',
  '}',
  '"',
  '[',
  '\0',
  '\\ud800',
  'null',
  '-1e999',
  '{"index":{}}\n',
  '{"delete":{"_id":"x"}}\n',
  '"__proto__":',
  '"_index":7,',
  '\xff',
]

export function noisyRequest(next: () => number): NoisyRequest {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  const plainPath = pick(PATHS)
  const method = next() < 0.8 ? pick(methodsOf(plainPath)) : pick(METHODS)
  const path = mutatedPath(plainPath, next) + pick(QUERIES)
  const text = mutated(pick(BODIES) + (next() < 0.3 ? pick(BODIES) : ''), pick, next)
  const plain = next() < 0.15 ? randomBytes(next) : Buffer.from(text, next() < 0.1 ? 'latin1' : 'utf8')
  const headers: Record<string, string> = { 'content-type': pick(TYPES) }
  if (next() < 0.2) headers['accept'] = pick(TYPES)
  const coding = next()
  if (coding < 0.15) headers['content-encoding'] = pick(['gzip', 'deflate', 'zstd', 'br', 'nonsense'])
  const body = coding < 0.08 ? gzipSync(plain) : plain
  return { method, path, headers, body: method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : body }
}

function methodsOf(path: string): string[] {
  if (/_(?:bulk|doc|create|update|aliases)\b/.test(path)) return ['POST']
  if (/_template|_ilm|_ingest|_data_stream|_alias|_mapping|^\/[^_/]+$/.test(path))
    return ['PUT', 'PUT', 'GET', 'DELETE']
  return ['GET', 'HEAD']
}

/** Cuts, doubles and replaces up to four pieces. */
function mutated(text: string, pick: <T>(list: readonly T[]) => T, next: () => number): string {
  let changed = text
  for (let left = Math.floor(next() * 5); left > 0; left--) {
    const at = Math.floor(next() * changed.length)
    const end = Math.min(changed.length, at + Math.floor(next() * 20))
    const piece = changed.slice(at, end)
    const instead = pick([...PIECES, piece + piece, pick(BODIES).slice(at, at + 30)])
    changed = changed.slice(0, at) + instead + changed.slice(end)
  }
  return changed
}

function mutatedPath(path: string, next: () => number): string {
  if (next() < 0.7) return path
  const at = Math.floor(next() * (path.length + 1))
  const pieces = [
    '/',
    '_',
    '%',
    '%00',
    '%2F',
    '%ff',
    '*',
    ',',
    '..',
    '/_',
    'x'.repeat(300),
    '-',
    '.',
    '<',
    '%3C',
  ]
  const piece = pieces[Math.floor(next() * pieces.length)]!
  return `/${(path.slice(0, at) + piece + path.slice(at)).replace(/^\/+/, '')}`
}
