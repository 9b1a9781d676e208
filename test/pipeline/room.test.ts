import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRoom, RESERVE, type Room, type RoomState } from '../../server/pipeline/room.ts'
import { StoreFull } from '../../server/store/store.ts'

const START = Date.parse('2026-11-24T12:00:00Z')
const disk = { free: 0, takes: true }
let told: RoomState[]
let room: Room

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  Object.assign(disk, { free: 10 * RESERVE, takes: true })
  told = []
  room = createRoom({
    free: () => disk.free,
    takes: () => disk.takes,
    clock: Date.now,
    onChange: (state) => told.push(state),
  })
})
afterEach(() => {
  room.stop()
  vi.useRealTimers()
})

test('events stop at the reserve, and come in again when clearly more is free', () => {
  room.check()
  disk.free = RESERVE - 1
  expect(() => room.check()).toThrow(StoreFull)
  disk.free = RESERVE + 1
  vi.advanceTimersByTime(10_000)
  expect(() => room.check()).toThrow(StoreFull)
  disk.free = 2 * RESERVE
  vi.advanceTimersByTime(2_000)
  room.check()
  expect(told).toEqual([
    { full: true, since: START },
    { full: false, since: null },
  ])
})

test('a disk that says it has room but takes nothing stays full', () => {
  expect(room.failed(new Error('something else'))).toBe(false)
  room.check()
  disk.takes = false
  expect(room.failed(new StoreFull('no room'))).toBe(true)
  vi.advanceTimersByTime(60_000)
  expect(() => room.check()).toThrow(StoreFull)
  disk.takes = true
  vi.advanceTimersByTime(2_000)
  room.check()
})

test('what opens for a moment only is full since it first was', () => {
  room.failed(new StoreFull('no room'))
  vi.advanceTimersByTime(2_000)
  expect(room.state().full).toBe(false)
  room.failed(new StoreFull('no room'))
  expect(room.state()).toEqual({ full: true, since: START })
})
