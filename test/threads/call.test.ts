import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { answerOver, callOver, type Verb, verbs } from '../../server/threads/call.ts'

function connected(table: Record<string, Verb>) {
  const { port1, port2 } = new MessageChannel()
  answerOver(port1, verbs(table))
  return { caller: callOver(port2), close: () => port1.close() }
}

test('answers find their own calls, whatever order they come in', async () => {
  const { caller, close } = connected({
    after: (ms: number) => new Promise((resolve) => setTimeout(() => resolve(ms), ms)),
  })
  expect(await Promise.all([30, 1, 15].map((ms) => caller.call('after', [ms])))).toEqual([30, 1, 15])
  close()
})

test('an error keeps its name, message and code', async () => {
  const { caller, close } = connected({
    fail: () => {
      throw Object.assign(new TypeError('no room'), { code: 'SQLITE_FULL' })
    },
  })
  await expect(caller.call('fail', [])).rejects.toMatchObject({
    name: 'TypeError',
    message: 'no room',
    code: 'SQLITE_FULL',
  })
  await expect(caller.call('toString', [])).rejects.toThrow('No such verb')
  close()
})

test('calls that wait fail when the thread is given up', async () => {
  const { caller, close } = connected({ never: () => new Promise(() => {}) })
  const waiting = caller.call('never', [])
  caller.abandon('The thread has ended.')
  await expect(waiting).rejects.toThrow('The thread has ended.')
  close()
})
