/** The Azure resource that a record is about. */
import type { Fields, Json } from '../../../domain/json.ts'
import { put } from '../../clean.ts'

/** Puts `azure.resource.*` from `/tenants/T/providers/P`, `/subscriptions/S/resourceGroups/G/providers/P/NAME`, in any case. */
export function putResource(azure: Fields, id: Json | undefined): void {
  if (typeof id !== 'string') return
  const resource: Fields = { id }
  azure['resource'] = resource
  const full = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/(.+)$/i.exec(
    id,
  )
  if (full) {
    azure['subscription_id'] = full[1]!
    Object.assign(resource, { group: full[2]!, provider: full[3]!, name: full[4]! })
    return
  }
  put(resource, 'provider', /\/providers\/(.+)$/i.exec(id)?.[1])
}
