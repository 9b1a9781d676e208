/** The fields that stored events have had a value in: what a search can ask for. */
import { z } from 'zod'
import type { Context } from '../context.ts'
import { ok, route, type Route } from '../route.ts'
import { field } from '../schemas/search.ts'
import { listOf } from '../schemas.ts'

const query = z.object({
  prefix: z.string().max(300).optional().meta({ description: 'Only paths that begin so, in any case.' }),
  dataset: z.string().max(200).optional().meta({ description: 'Only fields of this dataset.' }),
})

export function fieldRoutes({ store }: Context): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/fields',
      tag: 'events',
      summary: 'Fields that stored events have had a value in',
      access: ['read'],
      query,
      answers: { 200: { description: 'All of them, by path', schema: listOf('fields', field) } },
      async handle({ query: { prefix = '', dataset } }) {
        const wanted = prefix.toLowerCase()
        const found = new Map<string, string[]>()
        const groups = new Set<string>()
        for (const seen of await store.fieldsSeen()) {
          for (let dot = seen.path.indexOf('.'); dot !== -1; dot = seen.path.indexOf('.', dot + 1)) {
            groups.add(seen.path.slice(0, dot))
          }
          if (dataset !== undefined && seen.dataset !== dataset) continue
          if (!seen.path.toLowerCase().startsWith(wanted)) continue
          const datasets = found.get(seen.path)
          if (datasets) datasets.push(seen.dataset)
          else found.set(seen.path, [seen.dataset])
        }
        const fields = [...found]
          // A group of fields has no value of its own to ask for.
          .filter(([path]) => !groups.has(path))
          .map(([path, datasets]) => ({ path, datasets }))
          .toSorted((a, b) => (a.path < b.path ? -1 : 1))
        return ok({ fields, nextCursor: null })
      },
    }),
  ]
}
