import type { Shipper, Target } from './shipper.ts'

type Library = {
  name: string
  title: string
  package: string
  /** What the call takes, and how to get at its answer. */
  call: 'operations' | 'body'
}

/** Node clients differ in their package and in one word of the call. */
function nodeClient(library: Library): Shipper {
  const { name, title, call } = library
  const answer = call === 'operations' ? '{ items }' : '{ body: { items } }'
  return {
    name,
    title,
    language: 'js',
    path: 'logs.mjs',
    text: ({ node, key }: Target) => `import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from '${library.package}'

const client = new Client({
  node: '${node}',
  auth: { username: 'vedette', password: '${key}' },
  compression: ${call === 'operations' ? 'true' : "'gzip'"},
  requestTimeout: 90_000,
})

const forNow = (status) => typeof status !== 'number' || status === 429 || status >= 500

/** Resolves when the server has stored the events; waits and tries again while it is full or away. */
export async function send(events) {
  // Made once for each event, so that one that is sent again is known, and stored once.
  let left = events.map((event) => ({ id: randomUUID(), event }))
  for (let wait = 500; left.length > 0; wait = Math.min(2 * wait, 10_000)) {
    try {
      const ${call} = left.flatMap(({ id, event }) => [
        { create: { _index: 'logs-app-default', _id: id } },
        { '@timestamp': new Date().toISOString(), ...event },
      ])
      const ${answer} = await client.bulk({ ${call} })
      const refused = items.filter(({ create }) => create.status === 400)
      if (refused.length > 0) console.error('Not stored:', refused.map(({ create }) => create.error.reason))
      left = left.filter((_, i) => forNow(items[i].create.status))
      if (left.length === 0) return
    } catch (error) {
      if (!forNow(error.statusCode)) throw error
    }
    await pause(wait)
  }
}
`,
    steps: () => [
      `npm install ${library.package}`,
      "Log: import { send } from './logs.mjs'; await send([{ message: 'signed in', user: { email: 'ann@example.org' } }])",
      'Send some hundred events at a time; without await they wait in memory.',
    ],
    notes: [
      'The server away or full: send waits and tries again without end; what is not awaited waits in memory, and a crash of your process loses it.',
      'The id is made before the first attempt, so that an event whose answer was lost is not stored twice.',
      'An event that the server rejects is printed, and kept there with the reason (GET /api/v1/rejected).',
    ],
  }
}

export const elasticsearchJs = nodeClient({
  name: 'elasticsearch-js',
  title: 'Elasticsearch client for Node.js (8 and 9)',
  package: '@elastic/elasticsearch',
  call: 'operations',
})

export const elasticsearchJs7 = nodeClient({
  name: 'elasticsearch-js-7',
  title: 'Elasticsearch client for Node.js (7)',
  package: '@elastic/elasticsearch',
  call: 'body',
})

export const opensearchJs = nodeClient({
  name: 'opensearch-js',
  title: 'OpenSearch client for Node.js',
  package: '@opensearch-project/opensearch',
  call: 'body',
})

export const elasticsearchPy: Shipper = {
  name: 'elasticsearch-py',
  title: 'Elasticsearch client for Python (7, 8 and 9)',
  language: 'python',
  path: 'vedette_logs.py',
  text: ({ node, key }) => `import time
import uuid
from datetime import datetime, timezone

from elasticsearch import Elasticsearch, helpers

client = Elasticsearch(["${node}"], api_key="${key}", http_compress=True)


def for_now(status):
    return not isinstance(status, int) or status == 429 or status >= 500


def send(events):
    """Returns when the server has stored the events; waits and tries again while it is full or away."""
    # Made once for each event, so that one that is sent again is known, and stored once.
    left = [
        {
            "_op_type": "create",
            "_index": "logs-app-default",
            "_id": str(uuid.uuid4()),
            "_source": {"@timestamp": datetime.now(timezone.utc).isoformat(), **event},
        }
        for event in events
    ]
    wait = 0.5
    while left:
        try:
            answers = list(helpers.streaming_bulk(client, left, raise_on_error=False))
            for _, item in answers:
                if item["create"]["status"] == 400:
                    print("Not stored:", item["create"]["error"])
            left = [action for action, (_, item) in zip(left, answers) if for_now(item["create"]["status"])]
            if not left:
                return
        except Exception as error:
            if not for_now(getattr(error, "status_code", None)):
                raise
        time.sleep(wait)
        wait = min(2 * wait, 10)
`,
  steps: () => [
    'apt install python3-elasticsearch, or pip install elasticsearch',
    'Log: from vedette_logs import send; send([{"message": "signed in", "user": {"email": "ann@example.org"}}])',
    'Send some hundred events at a time.',
  ],
  notes: [
    'The server away or full: send waits and tries again without end; a crash of your process loses what it was about to send.',
    'The id is made before the first attempt, so that an event whose answer was lost is not stored twice.',
    'The address needs the port, also where it is the usual one: without it version 7 takes 9200.',
  ],
}
