/** Schemas of what is kept and known for searching. */
import { z } from 'zod'
import type { FieldView, SavedSearchView } from '../../domain/api/search.ts'
import { named, time } from '../schemas.ts'

export const savedSearch: z.ZodType<SavedSearchView> = named(
  'SavedSearch',
  z.strictObject({
    id: z.string(),
    name: z.string(),
    language: z.enum(['eql', 'kql']),
    query: z.string(),
    createdAt: time,
    createdBy: z.string(),
  }),
)

export const field: z.ZodType<FieldView> = named(
  'Field',
  z.strictObject({ path: z.string(), datasets: z.array(z.string()) }),
)
