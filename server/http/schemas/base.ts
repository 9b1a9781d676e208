/** What all answers are made of. */
import { z } from 'zod'
import { SEVERITIES } from '../../domain/alert.ts'
import type { Json } from '../../domain/json.ts'

export const namedSchemas = z.registry<{ id: string }>()

export function named<T extends z.ZodType>(id: string, schema: T): T {
  namedSchemas.add(schema, { id })
  return schema
}

/** `{"<plural>":[...],"nextCursor":string|null}` */
export function listOf(plural: string, item: z.ZodType) {
  return z.strictObject({ [plural]: z.array(item), nextCursor: z.string().nullable() })
}

export const time = z
  .string()
  .regex(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .meta({ format: 'date-time' })

export const timeOrNull = time.nullable()

export const textOrNull = z.string().nullable()

export const json = z.unknown() as z.ZodType<Json>

export const severity = z.enum(SEVERITIES)

export const problem = named(
  'Problem',
  z.strictObject({
    type: z.string().meta({ description: 'Stable: `/problems/<code>`.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z
      .array(
        z.strictObject({
          line: z.int().nullable().meta({
            description: 'In the text that was sent, from 1; null where the mistake has no place in a text.',
          }),
          column: z.int().nullable(),
          length: z.int().nullable(),
          message: z.string().meta({ description: 'A sentence for people.' }),
          hint: textOrNull,
          path: z.string().exactOptional().meta({
            description: 'What it is about, in a JSON body or the query string: `severity`, `scopes.0`.',
          }),
        }),
      )
      .optional(),
  }),
)

export const entity = z.strictObject({ type: z.string(), value: z.string() })
