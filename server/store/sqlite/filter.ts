/** The conditions of a list as SQL: only those that were asked for. */
import { decodeCursor } from './cursor.ts'

export type Condition = [value: undefined | true | string | number | string[], sql: string]

/** Newest first; equal times by id, downwards. The cursor's place is `[last_seen, id]`. */
export const NEWEST_FIRST = {
  order: 'ORDER BY last_seen DESC, id DESC',
  after: '(last_seen, id) < (?, ?)',
}

/** A WHERE clause and its values. `true` stands for a condition without a value, a list for its JSON. */
export function conditions(all: Condition[]): { sql: string; values: (string | number)[] } {
  const asked = all.filter(([value]) => value !== undefined)
  return {
    sql: asked.length ? `WHERE ${asked.map(([, sql]) => sql).join(' AND ')}` : '',
    values: asked.flatMap(([value, sql]): (string | number)[] => {
      if (value === true || value === undefined) return []
      if (Array.isArray(value)) return [JSON.stringify(value)]
      return sql === NEWEST_FIRST.after ? decodeCursor(String(value), ['number', 'string']) : [value]
    }),
  }
}
