import { expect, test } from 'vitest'
import { one } from './records.ts'

const entry = {
  __CURSOR: 's=57c9;i=1;b=1;m=3e8;t=644;x=6f',
  __REALTIME_TIMESTAMP: '1780300800123456',
  __MONOTONIC_TIMESTAMP: '1000',
  _BOOT_ID: '1',
  _HOSTNAME: 'web1',
  _MACHINE_ID: 'm1',
  SYSLOG_IDENTIFIER: 'dockerd',
  SYSLOG_FACILITY: '3',
  PRIORITY: '4',
  _PID: '812',
  _UID: '0',
  _EXE: '/usr/bin/dockerd',
  _SYSTEMD_UNIT: 'docker.service',
  UNIT_RESULT: 'timeout',
  MESSAGE: 'slow',
}

test('an entry of the journal is told in ECS; what has no name there is under journald', () => {
  const event = one({ journald: entry })
  expect(event).toMatchObject({
    dataset: 'system.syslog',
    identity: entry.__CURSOR,
    time: Date.UTC(2026, 5, 1, 8, 0, 0, 123),
    ownTime: true,
  })
  expect(event.asSent).toBeUndefined()
  expect(event.fields).toMatchObject({
    '@timestamp': '2026-06-01T08:00:00.123Z',
    message: 'slow',
    host: { hostname: 'web1', id: 'm1', boot: { id: '1' } },
    process: { name: 'dockerd', pid: 812, executable: '/usr/bin/dockerd', user: { id: '0' } },
    systemd: { unit: 'docker.service' },
    log: {
      level: 'warning',
      syslog: { priority: 28, facility: { name: 'daemon' }, severity: { name: 'warning' } },
    },
    journald: { unit_result: 'timeout', cursor: entry.__CURSOR },
  })
})

test('the same entry is one event, however often it comes', () => {
  const first = one({ journald: entry }, { batchId: 'a' })
  expect(one({ journald: entry }, { batchId: 'b' }).id).toBe(first.id)
  expect(one(entry, { batchId: 'c' }).id).toBe(first.id)
})

test.each<[string, object, object]>([
  ['a message of bytes', { MESSAGE: [104, 105] }, { message: 'hi' }],
  [
    'a field sent twice',
    { SYSLOG_IDENTIFIER: ['a', 'b'] },
    { process: { name: 'a' }, journald: { syslog_identifier: ['a', 'b'] } },
  ],
  ['no identifier', { SYSLOG_IDENTIFIER: null, _COMM: 'init' }, { process: { name: 'init' } }],
  ['a priority that is none', { PRIORITY: 'high' }, { message: 'slow' }],
])('%s', (_, change, expected) => {
  expect(one({ journald: { ...entry, ...change } }).fields).toMatchObject(expected)
})

test('without a time it is counted at its receipt', () => {
  const { __REALTIME_TIMESTAMP: _, ...rest } = entry
  expect(one({ journald: rest })).toMatchObject({ ownTime: false, identity: entry.__CURSOR })
})

test('a document of Filebeat’s journal input stays what it is', () => {
  const sent = {
    '@timestamp': '2026-06-01T08:00:00Z',
    journald: { pid: 5, custom: { __CURSOR: 'x' } },
    message: 'x',
  }
  expect(one(sent)).toMatchObject({ dataset: 'generic', fields: sent, asSent: true })
})
