/** The part of Elasticsearch's API that shippers need to hand over logs: all of it answers with the product header. */
import type { Context } from '../context.ts'
import type { Route } from '../route.ts'
import { elasticAliasRoutes } from './elastic-aliases.ts'
import { elasticBulkRoutes } from './elastic-bulk.ts'
import { elasticCatRoutes } from './elastic-cat.ts'
import { elasticDocumentRoutes } from './elastic-documents.ts'
import { elasticPolicyRoutes } from './elastic-policies.ts'
import { elasticProbeRoutes } from './elastic-probes.ts'

export function elasticsearchRoutes(context: Context): Route[] {
  return [
    ...elasticProbeRoutes(),
    ...elasticCatRoutes(context),
    ...elasticBulkRoutes(context),
    ...elasticDocumentRoutes(context),
    ...elasticPolicyRoutes(context),
    ...elasticAliasRoutes(context),
  ]
}
