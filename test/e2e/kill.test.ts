import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../server/domain/time.ts'
import { inboxRule, sends, signIn } from '../support/records.ts'
import { type Siem, startSiem } from '../support/server.ts'

const KILLS = Number(process.env['VEDETTE_KILLS'] ?? 10)

/** A takeover in small pieces: each piece is one request. */
function pieces(user: string, at: number): unknown[][] {
  return [
    [signIn({ user, at, risk: 'high' })],
    [inboxRule({ user, at: at + 10 * MINUTE })],
    ...sends(user, 60, at + 20 * MINUTE, at + 50 * MINUTE).map((record, i, all) =>
      i % 6 ? [] : all.slice(i, i + 6),
    ),
  ].filter((piece) => piece.length > 0)
}

test(
  `SIGKILL under load, ${KILLS} times: nothing acknowledged is lost, nothing is doubled`,
  { timeout: 300_000 },
  async () => {
    let siem: Siem = await startSiem({ keep: true, env: { VEDETTE_CORRELATE: '* * * * * *' } })
    const acknowledged = { events: 0, users: new Set<string>() }
    let unfinished: { user: string; left: unknown[][] }[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const people = Array.from({ length: 4 }, (_, i) => {
        const user = `k${kill}n${i}@kill.example`
        return { user, left: pieces(user, Date.now() - 2 * HOUR) }
      })
      const killed = new Promise<void>((resolve) => setTimeout(resolve, 40 + Math.random() * 400)).then(() =>
        siem.kill(),
      )
      await Promise.all([...people, ...unfinished].map((person) => sendAll(siem, person, acknowledged)))
      await killed
      unfinished = [...people, ...unfinished].filter((person) => person.left.length > 0)
      siem = await siem.restart()
    }
    await Promise.all(unfinished.map((person) => sendAll(siem, person, acknowledged)))
    const alerts = await siem.settled('?size=1000')
    const perUser = Map.groupBy(alerts, (alert) => alert.user as string)
    expect([...perUser.keys()].sort()).toEqual([...acknowledged.users].sort())
    for (const [user, found] of perUser) {
      const rules = found.map((alert) => `${alert.ruleId} ${alert.count}`).sort()
      expect(rules, user).toEqual(['bulk-send 60', 'risky-sign-in 1', 'risky-sign-in-then-inbox-rule 2'])
    }
    await siem.stop()

    const db = new Database(join(siem.data, 'vedette.db'), { readonly: true })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.prepare('SELECT count(*) FROM event').pluck().get()).toBe(acknowledged.events)
    db.close()
  },
)

/** Sends what is left, in order; stops at the first request that was not answered, which stays left. */
async function sendAll(
  siem: Siem,
  person: { user: string; left: unknown[][] },
  acknowledged: { events: number; users: Set<string> },
): Promise<void> {
  try {
    while (person.left.length > 0) {
      const answer = await siem.ingest(person.left[0]!)
      // A piece may have been stored before the kill cut off its answer: then it is a duplicate now.
      expect(answer.accepted + answer.duplicates).toBe(person.left[0]!.length)
      acknowledged.events += person.left.shift()!.length
    }
    acknowledged.users.add(person.user)
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error
  }
}
