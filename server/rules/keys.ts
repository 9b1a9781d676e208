/** By what events are brought together. */
import { accountOf, joinValues } from '../domain/account.ts'
import type { RuleEvent } from '../domain/event.ts'
import { type Fields, type Json, textAt } from '../domain/json.ts'
import type { FieldRef } from '../lang/tree.ts'

// Two arrays of 30 values give 900 tuples; more than this is no key but a list.
const MOST_TUPLES = 1000

/**
 * The join key tuples of an event: one for each combination of the fields' values. None where a field is missing;
 * a missing `?field` is a null that joins other nulls. No fields: one tuple, so that all events are one group.
 */
export function joinKeys(fields: Fields, by: readonly Pick<FieldRef, 'path' | 'optional'>[]): Json[][] {
  let tuples: Json[][] = [[]]
  for (const { path, optional } of by) {
    const values = joinValues(fields, path)
    if (values.length === 0 && optional) values.push(null)
    tuples = tuples.flatMap((tuple) => values.map((value) => [...tuple, value])).slice(0, MOST_TUPLES)
  }
  return tuples
}

/** By what a single-event rule groups: what the rule is about, else whatever names the event best. */
export function entityKey(event: RuleEvent, entity: string): Json[] {
  const { fields } = event
  // The whole address, not the local part by which sequences join: namesakes are two accounts.
  const account = accountOf(fields)
  const own = entity === 'user.email' || entity === 'user.name' ? account : joinValues(fields, entity)[0]
  const key = own ?? account ?? textAt(fields, 'source.ip') ?? textAt(fields, 'host.name')
  return key === undefined || key === null ? [] : [key]
}
