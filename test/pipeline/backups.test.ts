/** When the daily backup is made, and which ones go. */
import { expect, onTestFinished, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { startBackups } from '../../server/pipeline/backups.ts'
import { timeAfter, timeBefore } from '../../server/pipeline/daily.ts'
import { createMemoryStore } from '../support/memory-store.ts'

/** Noon, by the clock of whoever runs the test. */
const NOON = new Date(2026, 4, 12, 12).getTime()

function setUp(files: number[] = [], now = NOON) {
  const store = createMemoryStore({ merge: () => null })
  const clock = { now }
  const there = new Map(files.map((at) => [`b${at}`, at]))
  const tries: number[] = []
  const errors: unknown[] = []
  let broken = false
  const backups = startBackups({
    store,
    clock: () => clock.now,
    async make(at) {
      tries.push(at)
      if (broken) throw new Error('no room')
      there.set(`b${at}`, at)
      return { file: `b${at}`, bytes: 5, events: 3 }
    },
    folder: {
      list: () => [...there].map(([file, at]) => ({ file, at, bytes: 5 })).toSorted((a, b) => b.at - a.at),
      remove: (file) => void there.delete(file),
    },
    onError: (error) => errors.push(error),
  })
  onTestFinished(() => backups.stop())
  return { store, clock, there, tries, errors, backups, breakIt: (now: boolean) => (broken = now) }
}

test('the clock on the wall showed 03:00 last, and shows it next', () => {
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 4, day, hour, minute).getTime()
  expect(timeBefore('03:00', at(12, 12))).toBe(at(12, 3))
  expect(timeBefore('03:00', at(12, 2, 59))).toBe(at(11, 3))
  expect(timeBefore('03:00', at(12, 3))).toBe(at(12, 3))
  expect(timeAfter('03:00', at(12, 3))).toBe(at(13, 3))
  expect(timeAfter('23:45', at(12, 3))).toBe(at(12, 23, 45))
})

test('a new installation makes its first backup at the next time, one a day, and not twice', async () => {
  const { backups, clock, tries } = setUp()
  await backups.beat()
  expect(tries).toEqual([])
  for (clock.now += 15 * HOUR; clock.now < NOON + 3 * DAY; clock.now += 7 * MINUTE) await backups.beat()
  expect(tries).toHaveLength(3)
})

test('a time that passed while the machine was off is made up for; a changed time waits for its next one', async () => {
  const { backups, clock, tries } = setUp([NOON - 3 * DAY])
  await backups.beat()
  expect(tries).toEqual([NOON])
  await backups.setSchedule({ enabled: true, time: '11:00', keep: 7 }, 'ann')
  clock.now += HOUR
  await backups.beat()
  expect(tries).toHaveLength(1)
  await backups.setSchedule({ enabled: false, time: '11:00', keep: 7 }, 'ann')
  clock.now += 5 * DAY
  await backups.beat()
  expect(tries).toHaveLength(1)
  expect((await backups.state()).next).toBeNull()
})

test('as many stay as were asked for, and the audit trail tells of each', async () => {
  const { backups, store, there } = setUp([1, 2, 3, 4, 5].map((n) => NOON - n * DAY - HOUR * 10))
  await backups.setSchedule({ enabled: true, time: '03:00', keep: 2 }, 'ann')
  await backups.make('ann')
  expect(there.size).toBe(6)
  const next = setUp([1, 2, 3, 4, 5].map((n) => NOON - n * DAY - HOUR * 10))
  await next.store.putRecords([
    { kind: 'setting', id: 'backup', body: { enabled: true, time: '03:00', keep: 2 }, audit: null, at: 1 },
  ])
  await next.backups.beat()
  expect([...next.there.values()].sort((a, b) => a - b)).toEqual([NOON - DAY - HOUR * 10, NOON])
  const verbs = async (from: typeof store) => (await from.audit(20)).items.map(({ verb }) => verb)
  expect(await verbs(store)).toEqual(['backup.create', 'backup-schedule.change'])
  expect(await verbs(next.store)).toEqual([...Array<string>(4).fill('backup.remove'), 'backup.create'])
})

test('one that failed is told, tried again in an hour, and forgotten with the next success', async () => {
  const { backups, clock, tries, errors, breakIt } = setUp([NOON - 3 * DAY])
  breakIt(true)
  await backups.beat()
  clock.now += 59 * MINUTE
  await backups.beat()
  expect([tries.length, errors.length]).toEqual([1, 1])
  expect((await backups.state()).failure).toEqual({ at: NOON, detail: 'no room' })
  breakIt(false)
  clock.now += 2 * MINUTE
  await backups.beat()
  expect((await backups.state()).failure).toBeNull()
})

test('what lies in the folder and nobody here has made counts as unchecked', async () => {
  const { backups, there } = setUp([NOON - DAY])
  const made = await backups.make('ann')
  there.set('grown', NOON + 1)
  const { backups: listed } = await backups.state()
  expect(listed.map(({ file, made: known }) => [file, known?.events ?? null])).toEqual([
    ['grown', null],
    [made.file, 3],
    [`b${NOON - DAY}`, null],
  ])
})
