import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../server/domain/time.ts'
import { type Line, startLine } from '../search/line.ts'
import { audit, BERLIN, inboxRule, LAGOS, send, signIn } from '../support/records.ts'
import { anAlert, anIncident, put } from './alerts-in-store.ts'

const ANN = 'Ann@Contoso.example'
const NOW = Math.floor(Date.now() / HOUR) * HOUR
const HACKED = NOW - 5 * HOUR

let line: Line
beforeAll(async () => {
  line = await startLine()
  const usual = Array.from({ length: 20 }, (_, i) => [
    signIn({ user: ANN.toLowerCase(), at: NOW - (i + 8) * DAY, place: BERLIN }),
    send({ user: ANN, at: NOW - (i + 8) * DAY + MINUTE }),
  ]).flat()
  const theft = [
    signIn({ user: ANN, at: HACKED - HOUR, place: LAGOS, ip: '198.51.100.7', error: 50126 }),
    signIn({ user: ANN, at: HACKED, place: LAGOS, ip: '198.51.100.7', app: 'One Outlook Web' }),
    signIn({ user: ANN, at: HACKED + MINUTE / 2, ip: '192.0.2.50', error: 50126 }),
    inboxRule({
      user: ANN,
      at: HACKED + MINUTE,
      parameters: { Name: '..', ForwardTo: 'thief@gmail.example', Mailbox: ANN },
    }),
    audit({
      user: ANN,
      at: HACKED + 2 * MINUTE,
      operation: 'MailItemsAccessed',
      recordType: 50,
      more: { OperationCount: 7, Folders: [{ Path: '\\Inbox', FolderItems: [] }] },
    }),
    audit({
      user: ANN,
      at: HACKED + 3 * MINUTE,
      operation: 'Add-MailboxPermission',
      parameters: { Identity: ANN, User: 'eve@contoso.example', AccessRights: 'FullAccess' },
    }),
    send({
      user: ANN,
      at: HACKED + 4 * MINUTE,
      more: { MailboxOwnerUPN: ANN, Item: { Subject: 'Invoice' } },
    }),
    send({
      user: ANN,
      at: HACKED + 4 * MINUTE,
      more: { MailboxOwnerUPN: ANN, Item: { Subject: 'Invoice' } },
    }),
    send({ user: 'bob@contoso.example', at: HACKED + 4 * MINUTE }),
    send({ user: ANN, at: HACKED + 2 * HOUR }),
  ]
  await take([...usual, ...theft])
  const about = { user: ANN.toLowerCase(), users: [ANN.toLowerCase()], incidentId: 'i' }
  const row = (event: string, step: number, time: number, account = ANN.toLowerCase()) => ({
    event,
    step,
    time,
    account,
    value: null,
  })
  await put(line.store, {
    evidence: [
      row('d', 0, HACKED - HOUR),
      row('e', 1, HACKED - MINUTE, 'bob@contoso.example'),
      row('f', 1, HACKED),
    ],
    alerts: [
      anAlert({
        id: 'guesses',
        ...about,
        firstSeen: HACKED - HOUR,
        lastSeen: HACKED,
        facts: { worsenedBy: { event: 'e', time: HACKED, account: ANN.toLowerCase() } },
      }),
      anAlert({ id: 'bulk', ...about, firstSeen: HACKED + 4 * MINUTE, lastSeen: HACKED + 4 * MINUTE }),
      anAlert({ id: 'closed', ...about, incidentId: null, status: 'closed' }),
      anAlert({
        id: 'gone',
        user: 'gone@contoso.example',
        users: ['gone@contoso.example'],
        status: 'closed',
      }),
    ],
    incidents: [
      anIncident({
        id: 'i',
        user: ANN.toLowerCase(),
        firstSeen: HACKED - HOUR,
        lastSeen: HACKED + 4 * MINUTE,
        alertIds: ['guesses', 'bulk'],
      }),
      anIncident({ id: 'address', user: null, entity: { type: 'ip', value: '198.51.100.7' } }),
    ],
  })
})
afterAll(() => line.stop())

async function take(records: object[], query = '') {
  const body = JSON.stringify({ records })
  const response = await line.request(`/api/v1/events${query}`, { method: 'POST', body })
  expect(await response.json()).toMatchObject({ accepted: records.length, rejected: 0 })
}

test('an incident tells what its account did, from the first success on', async () => {
  const { blastRadius } = await line.get('/api/v1/incidents/i')
  expect(blastRadius).toEqual({
    sent: { mails: 2, subjects: ['Invoice'], from: [ANN.toLowerCase()], to: [] },
    read: { operations: 1, mails: 7, folders: ['\\Inbox'] },
    deleted: { mails: 0 },
    shared: [],
    granted: [{ kind: 'delegate', name: 'eve@contoso.example', access: ['FullAccess'] }],
    rules: ['..'],
    forwardedTo: ['thief@gmail.example'],
    signIns: { addresses: ['198.51.100.7'], countries: ['Nigeria'] },
    since: new Date(HACKED).toISOString(),
    until: new Date(HACKED + 4 * MINUTE).toISOString(),
    complete: true,
  })
  expect((await line.get('/api/v1/incidents/address')).blastRadius).toBeNull()
})

test('an account tells what is usual, what is new and what is wrong, in any case', async () => {
  const found = await line.get(`/api/v1/accounts/${encodeURIComponent('ANN@contoso.EXAMPLE')}`)
  const { usual, new: fresh, signIns, ...history } = found.history
  expect(found.account).toBe(ANN.toLowerCase())
  expect(history).toEqual({
    firstSeen: new Date(NOW - 27 * DAY).toISOString(),
    lastSeen: new Date(HACKED + 2 * HOUR).toISOString(),
    events: 49,
    complete: true,
  })
  expect(usual.countries).toMatchObject([{ value: 'Germany', count: 20 }])
  expect(usual.networks).toMatchObject([{ value: '203.0.113.0/24' }])
  expect(usual.apps).toMatchObject([{ value: 'Office 365 Exchange Online', count: 20 }])
  expect(usual.hours.reduce((a: number, b: number) => a + b)).toBe(47)
  expect(usual).toMatchObject({ mailsPerDay: 0.9, mostMailsAnHour: 2 })
  expect(fresh.map(({ kind, value }: any) => `${kind} ${value}`)).toEqual(
    expect.arrayContaining(['country Nigeria', 'network 198.51.100.0/24', 'app One Outlook Web']),
  )
  expect(fresh.every(({ value }: any) => value !== 'Germany')).toBe(true)
  expect(signIns[0]).toMatchObject({ outcome: 'failure', address: '192.0.2.50' })
  expect(signIns[1]).toMatchObject({ outcome: 'success', address: '198.51.100.7', country: 'Nigeria' })
  expect(found.alerts.map(({ id }: any) => id).toSorted()).toEqual(['bulk', 'guesses'])
  expect(found.incidents.map(({ id }: any) => id)).toEqual(['i'])
})

test.each([
  ['bob@contoso.example', 200, 1],
  ['gone@contoso.example', 200, null],
  ['nobody@contoso.example', 404, null],
])('%s: %i', async (address, status, events) => {
  const response = await line.request(`/api/v1/accounts/${address}`)
  expect(response.status).toBe(status)
  if (status === 200) expect(((await response.json()) as any).history?.events ?? null).toBe(events)
})

test('drills are neither usual nor reached', async () => {
  await take([signIn({ user: ANN, at: HACKED + MINUTE, ip: '192.0.2.99', place: LAGOS })], '?drill=x')
  const found = await line.get(`/api/v1/accounts/${ANN}`)
  expect(found.history.events).toBe(49)
})
