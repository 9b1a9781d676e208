/**
 * A process to be killed: appends batches for ever and prints the ids of each batch once they are acknowledged.
 * Every other batch repeats an event of the one before; every third settles what waits; now and then it compacts.
 */
import { writeSync } from 'node:fs'
import { openSqlite } from '../../server/store/sqlite/open.ts'
import {
  batchOf,
  matched,
  mergeFields,
  sampleAlert,
  sampleEvent,
  sampleHit,
  settlement,
  T0,
} from './samples.ts'

const [file = '', run = ''] = process.argv.slice(2)
const store = openSqlite({ file, merge: mergeFields })

for (let n = 0; ; n++) {
  const events = Array.from({ length: 1 + (n % 50) }, (_, i) =>
    sampleEvent({
      identity: `${run}-${n}-${i}`,
      time: T0 + n * 1000 + i,
      fields: { n, i, filler: 'x'.repeat(500) },
      raw: `${run} ${n} ${i}`,
    }),
  )
  const known = sampleEvent({ ...events[0]!, fields: { more: `${n}` } })
  const rejections = [{ line: 1, code: 'not-json', detail: `${run}-${n}`, dataset: null, raw: '{' }]
  await store.append([
    batchOf(
      [...events, known].map((event) => matched(event, sampleHit(event, { key: `["${n % 7}"]` }))),
      { rejections },
    ),
  ])
  say({ appended: events.map(({ id }) => id) })
  if (n % 3 === 2) {
    const pending = await store.pending(T0 + 1e9, 3)
    const id = `${run}-${n}`
    const alert = {
      expect: null,
      change: 'raised' as const,
      alert: sampleAlert(id),
      evidence: [],
      absorbed: [],
    }
    const settled = await store.settle(settlement({ pending, alerts: [alert] }))
    if (settled.applied) say({ alert: id })
  }
  if (n % 10 === 9) await store.compact(20)
}

/** A pipe takes it before the call returns: what is printed was acknowledged, whenever the process dies. */
function say(acknowledged: { appended: string[] } | { alert: string }): void {
  writeSync(1, `${JSON.stringify(acknowledged)}\n`)
}
