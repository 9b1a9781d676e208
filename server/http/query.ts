/** What query strings hold: paging, times, lists of words. */
import { z } from 'zod'
import type { Millis } from '../domain/time.ts'
import { isInstant, parseInstant } from './instant.ts'
import { checkInput, mistakeSummary, shown } from './mistakes.ts'
import { Problem } from './problem.ts'

export const paging = {
  size: z.coerce.number().int().min(1).max(1000).default(50).meta({ description: 'How many; newest first.' }),
  cursor: z.string().min(1).max(1000).optional().meta({ description: '`nextCursor` of the page before.' }),
}

const TIME = 'ISO 8601, epoch milliseconds, or relative such as now-30d'
const notTime = {
  error: ({ input }: { input?: unknown }) => `must be a time: ${TIME}; it was ${shown(input)}`,
}
export const instant = z
  .string()
  .refine(isInstant, notTime)
  .optional()
  .meta({ description: `${TIME}.` })

/** A time in a JSON body, where epoch milliseconds may be a number. */
export const instantInBody = z
  .union([z.string().refine(isInstant, notTime), z.int()])
  .meta({ description: `${TIME}.` })

export const flag = z.enum(['true', 'false']).optional()

/** One word or several: `?status=open,closed` or `?status=open&status=closed`. */
export function words<T extends string>(known: readonly T[]) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',').filter(Boolean)))
    .pipe(z.array(z.enum(known as [T, ...T[]])))
    .optional()
    .meta({ description: `One or several, separated by commas: ${known.join(', ')}.` })
}

/** `from` and `to` as milliseconds, left out where they were not given. */
export function rangeOf(
  query: { from?: string | undefined; to?: string | undefined },
  now: Millis,
): { from?: Millis; to?: Millis } {
  const from = query.from === undefined ? undefined : parseInstant(query.from, now)
  const to = query.to === undefined ? undefined : parseInstant(query.to, now)
  if (from !== undefined && to !== undefined && from > to) {
    throw new Problem('invalidQuery', '`from` is after `to`.')
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

/** Leaves out what is undefined, so that optional properties stay absent. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

export function readQuery<Q extends z.ZodObject>(schema: Q, query: unknown): z.output<Q> {
  const checked = checkInput(schema, { ...(query as object) }, 1)
  if ('value' in checked) return checked.value
  throw new Problem('invalidQuery', mistakeSummary(checked.mistakes), { errors: checked.mistakes })
}
