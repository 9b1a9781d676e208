import { expect, test } from 'vitest'
import { blastRows } from '../../client/src/text/blast-radius.ts'

test('numbers are counted, lists are named, and what is empty is not told', () => {
  expect(
    blastRows({
      sent: { mails: 1330, subjects: ['Invoice'], from: null, to: ['a@fabrikam.example'] },
      read: { operations: 0, mails: 0, folders: [] },
      shared: [],
      granted: [{ app: 'Mail Backup', scopes: ['Mail.Read', 'offline_access'] }],
      forwardedTo: Array.from({ length: 10 }, (_, i) => `x${i}@gmail.com`),
      signIns: { addresses: ['203.0.113.9'], countries: ['Nigeria'] },
      newThing: 3,
      since: '2026-03-02T10:00:00.000Z',
      until: '2026-03-02T11:00:00.000Z',
      complete: false,
    }),
  ).toEqual([
    { label: 'Sent', counts: ['1,330 mails'], items: ['Invoice', 'a@fabrikam.example'], more: 0 },
    { label: 'Access given', counts: [], items: ['Mail Backup, Mail.Read, offline_access'], more: 0 },
    {
      label: 'Forwarded to',
      counts: [],
      items: Array.from({ length: 8 }, (_, i) => `x${i}@gmail.com`),
      more: 2,
    },
    { label: 'Signed in from', counts: [], items: ['203.0.113.9', 'Nigeria'], more: 0 },
    { label: 'New thing', counts: ['3'], items: [], more: 0 },
  ])
})
