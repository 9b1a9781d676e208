import { expect, test } from 'vitest'
import type { Fields } from '../../server/domain/json.ts'
import { DAY, MINUTE } from '../../server/domain/time.ts'
import { fieldCatalogue } from '../../server/pipeline/field-catalogue.ts'
import { filledPaths } from '../../server/pipeline/filled-paths.ts'
import { batchOf, mergeFields, sampleEvent, T0 } from '../store/samples.ts'
import { createMemoryStore } from '../support/memory-store.ts'

test.each<[string, Fields, string[]]>([
  ['a value and the groups it is in', { a: { b: { c: 0 } } }, ['a', 'a.b', 'a.b.c']],
  ['false is a value', { a: false }, ['a']],
  ['what is empty is none', { a: '', b: null, c: [], d: {}, e: { f: [null, ''] } }, []],
  ['what the licence hides is none', { risk: { level: 'hidden', state: 'none' } }, ['risk', 'risk.state']],
  ['lists are read through', { a: [{ b: 1 }, { c: 2 }, 'x'] }, ['a', 'a.b', 'a.c']],
  ['a dotted key is a path', { 'a.b': { c: 1 } }, ['a.b', 'a.b.c']],
])('fields that hold a value: %s', (_, fields, paths) => {
  expect([...filledPaths(fields)].sort()).toEqual(paths)
})

test('a document deeper or wider than any log is noted in part', () => {
  let deep: Fields = { end: 1 }
  for (let i = 0; i < 100; i++) deep = { deeper: deep }
  expect(filledPaths(deep).size).toBe(12)
  expect(filledPaths(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]))).size).toBe(
    1000,
  )
})

async function started() {
  const store = createMemoryStore({ merge: mergeFields })
  const now = { value: T0 }
  let scans = 0
  const counted = {
    ...store,
    scan: (request: Parameters<typeof store.scan>[0]) => {
      scans++
      return store.scan(request)
    },
  }
  let identity = 0
  return {
    store,
    now,
    scans: () => scans,
    start: () => fieldCatalogue(counted, () => now.value),
    add: (documents: Fields[], given: object = {}) =>
      store.append([
        batchOf(documents.map((fields) => sampleEvent({ fields, identity: `e${identity++}`, ...given }))),
      ]),
    paths: async () => (await store.fieldsSeen()).map(({ dataset, path }) => `${dataset} ${path}`),
  }
}

test('fields are noted per dataset, in slices, and a new start goes on where it was', async () => {
  const world = await started()
  await world.add(Array.from({ length: 600 }, () => ({ event: { action: 'Send' } })))
  await world.add([{ event: { action: 'Rare' }, rare: 1 }])
  await world.add([{ of: 'a drill' }], { drill: 'any' })
  await world.add([{ user: { name: 'ann' } }], { dataset: 'linux.auth' })
  const note = world.start()
  expect(await note()).toBe(256)
  expect(await world.paths()).toEqual(['o365.audit event', 'o365.audit event.action'])
  while ((await note()) > 0);
  expect(await world.paths()).toEqual([
    'linux.auth user',
    'linux.auth user.name',
    'o365.audit event',
    'o365.audit event.action',
    'o365.audit rare',
  ])
  expect(await world.store.fieldsSeenUpTo()).toBe(603)
  await world.add([{ later: 1 }])
  expect(await world.start()()).toBe(1)
  expect(await world.paths()).toContain('o365.audit later')
})

test('a trickle is looked at once a minute, and a note renewed once a day', async () => {
  const world = await started()
  const note = world.start()
  await world.add([{ a: 1 }])
  expect(await note()).toBe(1)
  await world.add([{ a: 1 }])
  expect([await note(), world.scans()]).toEqual([0, 1])
  world.now.value += MINUTE
  expect([await note(), world.scans()]).toEqual([1, 2])
  expect((await world.store.fieldsSeen())[0]).toMatchObject({ firstAt: T0, lastAt: T0 })
  world.now.value += DAY
  await world.add([{ a: 1 }])
  await note()
  expect((await world.store.fieldsSeen())[0]).toMatchObject({ firstAt: T0, lastAt: T0 + DAY + MINUTE })
})

test('keys that are data do not fill the catalogue', async () => {
  const world = await started()
  for (let i = 0; i < 12; i++)
    await world.add([Object.fromEntries(Array.from({ length: 900 }, (_, k) => [`${i}-${k}`, 1]))])
  const note = world.start()
  while ((await note()) > 0);
  expect(await world.store.fieldsSeen()).toHaveLength(5000)
})
