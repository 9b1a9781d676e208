/** Elasticsearch's way to send one document at a time: `_doc`, `_create`, `_update`. */
import { z } from 'zod'
import { toBytes } from '../../ingest/record.ts'
import { rawBody } from '../body.ts'
import type { Context } from '../context.ts'
import { ELASTIC, errorBody, filterPath, filterPathQuery } from '../elastic-json.ts'
import { itemsOf, shownItem } from '../elastic-items.ts'
import { type Answer, type Method, route, type Route } from '../route.ts'

type Action = 'index' | 'create' | 'update'

const tag = 'elasticsearch'
const documentQuery = z.looseObject({ filter_path: filterPathQuery, op_type: z.string().optional() })
const documentAnswer = z.looseObject({ _index: z.string().optional(), result: z.string().optional() })

export function elasticDocumentRoutes(context: Context): Route[] {
  const both = ['post', 'put'] as const
  return [
    documentRoute(context, 'post', '/{index}/_doc', 'index', 'Index a document'),
    ...both.map((method) =>
      documentRoute(context, method, '/{index}/_doc/{id}', 'index', 'Index a document under an id'),
    ),
    ...both.map((method) =>
      documentRoute(context, method, '/{index}/_create/{id}', 'create', 'Index a document if its id is new'),
    ),
    documentRoute(context, 'post', '/{index}/_update/{id}', 'update', 'Change a part of a document'),
  ]
}

function documentRoute(
  context: Context,
  method: Method,
  path: string,
  usual: Action,
  summary: string,
): Route {
  return route({
    method,
    path,
    tag,
    summary,
    access: ['ingest'],
    query: documentQuery,
    body: rawBody('The document, as JSON.'),
    answers: {
      ...(usual === 'create' ? {} : { 200: { description: 'It was known', schema: documentAnswer } }),
      201: { description: 'Stored', schema: documentAnswer },
      400: { description: 'The document cannot be stored as it is' },
      ...(usual === 'update' ? { 404: { description: 'No document has this id' } } : {}),
      409: { description: 'The id is taken, and only a new one was wanted' },
      503: { description: 'Full: nothing was kept; send it again', type: 'text/plain' },
    },
    dialect: ELASTIC,
    async handle({ params, query, body, who, request }) {
      const action = usual === 'index' && query.op_type === 'create' ? 'create' : usual
      const line = bulkLines(action, params.index!, params.id, body)
      const [item] = await itemsOf(context, { body: line, index: null, who, request })
      if (item!.error) return errorAnswer(item!.status, item!.error)
      // A document without an id is always a new one to whoever sent it, also when it came twice.
      const isNew = item!.status === 201 || params.id === undefined
      const shown = shownItem(isNew ? { ...item!, status: 201, result: 'created' } : item!)
      const { status, ...answer } = shown as { status: number }
      return { status, json: filterPath(answer, query.filter_path), headers: ELASTIC.headers }
    },
  })
}

/** A line break between the parts of a JSON text says as much as a blank, and inside of a text there can be none. */
function bulkLines(action: Action, index: string, id: string | undefined, body: Uint8Array): Buffer {
  const head = JSON.stringify({ [action]: { _index: index, ...(id === undefined ? {} : { _id: id }) } })
  const document = Buffer.from(toBytes(body).buffer)
  for (let at = document.indexOf(0x0a); at !== -1; at = document.indexOf(0x0a, at + 1)) document[at] = 0x20
  return Buffer.concat([Buffer.from(`${head}\n`), document, Buffer.from('\n')])
}

function errorAnswer(status: number, error: { type: string; reason: string }): Answer {
  return { status, json: errorBody(error, status), headers: ELASTIC.headers }
}
