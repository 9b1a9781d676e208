/** What Entra's audit log says about consent to apps, in the shape that the unified audit log's gets (`vedette.consent`). */
import { type Fields, isObject } from '../../domain/json.ts'
import { put, text } from '../clean.ts'
import { consentOf } from './mailbox/consent.ts'

const ACTIONS = new Set(['consent to application', 'add delegated permission grant'])
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/**
 * Adds the permissions that an app was given to a document of `azure.auditlogs`. Both logs tell of one consent: here
 * changes stand under number keys as `display_name` and `new_value`, which is JSON text.
 */
export function addConsent(fields: Fields): void {
  const action = text(part(fields['event'])['action'])?.replace(/\.$/, '').toLowerCase()
  if (action === undefined || !ACTIONS.has(action)) return
  const properties = part(part(part(fields['azure'])['auditlogs'])['properties'])
  const target = part(part(properties['target_resources'])['0'])
  const changes: Fields = {}
  for (const change of Object.values(part(target['modified_properties']))) {
    const name = text(part(change)['display_name'])
    if (name === undefined) continue
    changes[name.replaceAll(/[ .]/g, '_')] = { NewValue: text(part(change)['new_value']) ?? '' }
  }
  // The directory knows the app by its entry, and by its own id among the names of that entry.
  const names = text(part(changes['TargetId_ServicePrincipalNames'])['NewValue'])
  const app = GUID.exec(names ?? '')?.[0] ?? text(target['id'])
  const facts = consentOf({ ModifiedProperties: changes, ...(app !== undefined && { ObjectId: app }) })
  if (!facts?.consent) return
  const vedette: Fields = { ...part(fields['vedette']) }
  put(vedette, 'consent', facts.consent)
  put(fields, 'vedette', vedette)
}

function part(value: Fields[string] | undefined): Fields {
  return isObject(value) ? value : {}
}
