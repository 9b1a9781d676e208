/** The answer to a bulk request as JSON text, made in steps: a large one must not hold up everybody else. */
import { setImmediate } from 'node:timers/promises'
import type { BulkAnswerItem } from '../pipeline/accept.ts'
import { shownItem } from './elastic-items.ts'
import { nameFits } from '../domain/name-pattern.ts'
import { filterPath } from './elastic-json.ts'

// A few milliseconds of work.
const STEP = 1_000

/**
 * Fluent Bit looks for `"errors":false,"items":[`, so these two are neighbours in this order, without blanks. Filebeat
 * takes an answer without `items` for a success, whatever was refused: so there is always a list, if need be an empty
 * one, unless `filter_path` names nothing of it.
 */
export async function bulkAnswerText(
  items: readonly BulkAnswerItem[],
  took: number,
  filter: string | undefined,
): Promise<string> {
  const errors = items.some(({ error }) => error !== undefined)
  const head = JSON.stringify(filterPath({ took, errors }, filter)).slice(0, -1)
  if (!asksForItems(filter)) return `${head}}`
  const steps: string[] = []
  for (let at = 0; at < items.length; at += STEP) {
    if (at > 0) await setImmediate()
    const step = items.slice(at, at + STEP).map((item) => ({ [item.action]: shownItem(item) }))
    const kept = (filterPath({ items: step }, filter) as { items?: object[] }).items ?? []
    if (kept.length > 0) steps.push(JSON.stringify(kept).slice(1, -1))
  }
  return `${head}${head === '{' ? '' : ','}"items":[${steps.join(',')}]}`
}

function asksForItems(filter: string | undefined): boolean {
  if (!filter) return true
  const paths = filter.split(',').map((path) => path.trim())
  return paths.some((path) => path.startsWith('-') || nameFits(path.split('.')[0]!, 'items'))
}
