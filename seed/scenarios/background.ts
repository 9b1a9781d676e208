import { HOUR, MINUTE, SECOND } from '../../server/domain/time.ts'
import { adminCommand, mailItem, mailItemsAccessed } from './records/audit.ts'
import { documentationAddress, guid, type Person, person, pick, PLACES } from './records/invent.ts'
import { APPS, signIn } from './records/sign-in.ts'
import type { Run, ScenarioRecord } from './scenario.ts'

const SUBJECTS = [
  'Offer for the new shelves',
  'RE: Delivery on Thursday',
  'Minutes of the meeting',
  'FW: Holiday plan',
  'RE: Drawings, second version',
]

/** Some hours of ordinary life: people sign in at the office, read and send mail, mistype a password, file newsletters. */
export function background(run: Run, people: number, hours: number): ScenarioRecord[] {
  const office = documentationAddress(run)
  const staff = Array.from({ length: people }, () => person(run))
  return staff
    .flatMap((who, i) => day(run, who, office, hours, i))
    .toSorted((a, b) => a.at - b.at)
    .map(({ record }) => record)
}

type Timed = { at: number; record: ScenarioRecord }

function day(run: Run, who: Person, address: string, hours: number, number: number): Timed[] {
  const from = run.startedAt - hours * HOUR
  const arrival = from + Math.floor(run.random() * HOUR)
  const sessionId = guid(run)
  const base = { who, address, sessionId }
  const records: Timed[] = []
  const add = (at: number, record: ScenarioRecord) => {
    if (at < run.startedAt) records.push({ at, record })
  }
  // Now and then a password is mistyped, and the second factor is always asked for first.
  if (number % 5 === 2) {
    const at = arrival - 40 * SECOND
    add(at, signIn(run, { ...base, at, place: PLACES.office, result: 50_126, managedDevice: true }))
  }
  const asked = arrival - 15 * SECOND
  add(asked, signIn(run, { ...base, at: asked, place: PLACES.office, result: 50_074, managedDevice: true }))
  add(
    arrival,
    signIn(run, { ...base, at: arrival, place: PLACES.office, app: APPS.officeHome, managedDevice: true }),
  )
  for (
    let at = arrival + 5 * MINUTE;
    at < run.startedAt;
    at += 8 * MINUTE + Math.floor(run.random() * 30 * MINUTE)
  ) {
    const second = Math.floor(at / SECOND) * SECOND
    const kind = run.random()
    if (kind < 0.4)
      add(second, mailItemsAccessed(run, { ...base, at: second, count: 1 + Math.floor(run.random() * 5) }))
    else if (kind < 0.7)
      add(second, mailItem(run, { ...base, at: second, operation: 'Send', subject: pick(run, SUBJECTS) }))
    else if (kind < 0.8) {
      const folder = '\\Inbox'
      add(
        second,
        mailItem(run, {
          ...base,
          at: second,
          operation: 'MoveToDeletedItems',
          subject: pick(run, SUBJECTS),
          folder,
        }),
      )
    } else {
      const app = pick(run, [APPS.teams, APPS.outlookMobile, APPS.outlook])
      add(
        at,
        signIn(run, { ...base, at, place: PLACES.office, app, interactive: false, managedDevice: true }),
      )
    }
  }
  if (number % 6 === 0) {
    const at = Math.floor((arrival + 50 * MINUTE) / SECOND) * SECOND
    add(at, newsletterRule(run, who, address, at))
  }
  return records
}

function newsletterRule(run: Run, who: Person, address: string, at: number): ScenarioRecord {
  return adminCommand(run, {
    who,
    address,
    at,
    operation: 'New-InboxRule',
    objectId: `${who.address.split('@')[0]}\\Newsletters`,
    parameters: {
      Name: 'Newsletters',
      FromAddressContainsWords: 'news@;newsletter',
      MoveToFolder: 'Newsletters',
    },
  })
}
