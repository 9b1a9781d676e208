/** Every route there is. A new resource or shipper protocol is one file here and one line below. */
import type { Context } from '../context.ts'
import type { Route } from '../route.ts'
import { aboutRoutes } from './about.ts'
import { accountRoutes } from './accounts.ts'
import { alertRoutes } from './alerts.ts'
import { auditRoutes } from './audit.ts'
import { backupRoutes } from './backups.ts'
import { channelRoutes } from './channels.ts'
import { correlatorRoutes } from './correlator.ts'
import { coverageRoutes } from './coverage.ts'
import { drillRoutes } from './drills.ts'
import { elasticIndexRoutes } from './elastic-indices.ts'
import { elasticsearchRoutes } from './elasticsearch.ts'
import { eqlSearchRoutes } from './eql-search.ts'
import { eventRoutes } from './events.ts'
import { exceptionRoutes } from './exceptions.ts'
import { fieldRoutes } from './fields.ts'
import { fireDrillRoutes } from './fire-drill.ts'
import { healthRoutes } from './health.ts'
import { hecRoutes } from './hec.ts'
import { incidentRoutes } from './incidents.ts'
import { indexTemplateRoutes } from './index-templates.ts'
import { journalUploadRoutes } from './journal-upload.ts'
import { keyRoutes } from './keys.ts'
import { liveRoutes } from './live.ts'
import { logLevelRoutes } from './log-level.ts'
import { oidcRoutes } from './oidc.ts'
import { organisationRoutes } from './organisation.ts'
import { otlpRoutes } from './otlp.ts'
import { overviewRoutes } from './overview.ts'
import { passwordRoutes } from './password.ts'
import { rejectedRoutes } from './rejected.ts'
import { retentionRoutes } from './retention.ts'
import { ruleActivityRoutes } from './rule-activity.ts'
import { ruleExportRoutes } from './rule-export.ts'
import { ruleImportRoutes } from './rule-import.ts'
import { ruleTrialRoutes } from './rule-trials.ts'
import { ruleRoutes } from './rules.ts'
import { savedSearchRoutes } from './saved-searches.ts'
import { searchRoutes } from './search.ts'
import { sessionRoutes } from './session.ts'
import { sessionsRoutes } from './sessions.ts'
import { setupRoutes } from './setup.ts'
import { signInRoutes } from './sign-in.ts'
import { sourceRoutes } from './sources.ts'
import { totpRoutes } from './totp.ts'
import { userRoutes } from './users.ts'

export function allRoutes(context: Context): Route[] {
  return [
    ...healthRoutes(context),
    ...setupRoutes(context),
    ...sessionRoutes(context),
    ...sessionsRoutes(context),
    ...totpRoutes(context),
    ...passwordRoutes(context),
    ...signInRoutes(context),
    ...oidcRoutes(context),
    ...keyRoutes(context),
    ...userRoutes(context),
    ...eventRoutes(context),
    ...searchRoutes(context),
    ...savedSearchRoutes(context),
    ...fieldRoutes(context),
    ...rejectedRoutes(context),
    ...alertRoutes(context),
    ...incidentRoutes(context),
    ...accountRoutes(context),
    ...liveRoutes(),
    ...correlatorRoutes(context),
    ...ruleRoutes(context),
    ...ruleActivityRoutes(context),
    ...ruleImportRoutes(context),
    ...ruleExportRoutes(context),
    ...exceptionRoutes(context),
    ...organisationRoutes(context),
    ...ruleTrialRoutes(context),
    ...coverageRoutes(context),
    ...sourceRoutes(context),
    ...drillRoutes(context),
    ...fireDrillRoutes(context),
    ...overviewRoutes(context),
    ...aboutRoutes(context),
    ...retentionRoutes(context),
    ...backupRoutes(context),
    ...auditRoutes(context),
    ...logLevelRoutes(context),
    ...channelRoutes(context),
    ...hecRoutes(context),
    ...otlpRoutes(context),
    ...journalUploadRoutes(context),
    ...elasticsearchRoutes(context),
    ...eqlSearchRoutes(context),
    ...indexTemplateRoutes(context),
    // Last: any path of one part is an index.
    ...elasticIndexRoutes(context),
  ]
}
