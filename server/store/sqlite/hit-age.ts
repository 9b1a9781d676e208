/** Old hits go, a few at a time; where they were is kept in mind. */
import { dayOf, type Group } from '../../domain/hit.ts'
import type { Millis } from '../../domain/time.ts'
import type { PruneRequest, Span } from '../store.ts'
import { type Connection, writing } from './connection.ts'
import type { GoneTimes } from './gone-times.ts'
import type { KnownPresence } from './known-presence.ts'

type Row = { version: bigint; key: string; time: bigint; hash: bigint; step: bigint }

export function hitPruner(db: Connection, gone: GoneTimes, present: KnownPresence) {
  const nextRule = db.prepare<[string], string | null>('SELECT min(rule) FROM hit WHERE rule > ?').pluck()
  // The version that stays whatever its age, or one that no rule has.
  const old = db
    .prepare<[string, Millis, number, number], Row>(
      `SELECT version, key, time, hash, step FROM hit INDEXED BY hit_received
       WHERE rule = ? AND received < ? AND version <> ? ORDER BY received LIMIT ?`,
    )
    .safeIntegers()
  const drop = db.prepare(
    'DELETE FROM hit WHERE rule = ? AND version = ? AND key = ? AND time = ? AND hash = ? AND step = ?',
  )
  const note = db.prepare(
    `INSERT INTO hit_gone(rule, version, day, t_from, t_to) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT(rule, version, day) DO UPDATE SET t_from = min(t_from, excluded.t_from), t_to = max(t_to, excluded.t_to)`,
  )
  const forgetRules = db.prepare(
    `DELETE FROM hit_gone WHERE (rule, version) NOT IN
       (SELECT value ->> 'rule', value ->> 'version' FROM json_each(?))`,
  )
  const forgetHidden = db.prepare(
    `DELETE FROM hidden WHERE exception NOT IN (SELECT id FROM record WHERE kind = 'exception')
       AND exception NOT LIKE 'organisation:%'`,
  )
  const touching = db.prepare<[string, number, Millis, Millis], Span>(
    `SELECT t_from AS "from", t_to AS "to" FROM hit_gone
     WHERE rule = ? AND version = ? AND t_from <= ? AND t_to >= ? ORDER BY t_from`,
  )
  const hidden = db.prepare<[], { exception: string; n: number }>(
    'SELECT exception, count(*) AS n FROM hidden GROUP BY exception',
  )

  const prune = writing(db, ({ before, rules, limit }: PruneRequest): number => {
    const known = new Map(rules.map((rule) => [rule.rule, rule]))
    let left = limit
    for (let rule = nextRule.get(''); rule && left > 0; rule = nextRule.get(rule)) {
      const own = known.get(rule)
      const keep = own?.reach === Infinity ? own.version : -1
      const rows = old.all(rule, before, keep, left)
      for (const { version, key, time, hash, step } of rows) {
        drop.run(rule, version, key, time, hash, step)
        if (!own || own.reach === 0 || Number(version) !== own.version) continue
        const at = Number(time)
        note.run(rule, own.version, dayOf(at), at - own.reach, at + own.reach)
      }
      left -= rows.length
    }
    forgetRules.run(JSON.stringify(rules.map(({ rule, version }) => ({ rule, version }))))
    forgetHidden.run()
    return limit - left
  })

  return {
    pruneHits(request: PruneRequest): number {
      gone.forget()
      present.forget()
      return prune(request)
    },
    goneTimes: ({ rule, version }: Pick<Group, 'rule' | 'version'>, from: Millis, to: Millis): Span[] =>
      touching.all(rule, version, to, from),
    hiddenCounts: (): Record<string, number> =>
      Object.fromEntries(hidden.all().map(({ exception, n }) => [exception, n])),
  }
}
