/** The names of each log source. A new source is one file and one line here. */
import { azureActivitylogs, azureAuditlogs, azureRisk, azureSigninlogs } from './azure.ts'
import { m365, m365Alerts } from './m365.ts'
import { type Names, namesOf } from './names.ts'
import { okta, onelogin } from './identity.ts'
import { windows } from './windows.ts'

export type { Names } from './names.ts'

export const NAMES: Readonly<Record<string, Names>> = {
  /** Of a log source that nobody knows: the names of the record itself. */
  any: namesOf([], ['', 'event', 'properties']),
  m365,
  'm365-alerts': m365Alerts,
  'azure-signinlogs': azureSigninlogs,
  'azure-auditlogs': azureAuditlogs,
  'azure-activitylogs': azureActivitylogs,
  'azure-risk': azureRisk,
  okta,
  onelogin,
  windows,
}
