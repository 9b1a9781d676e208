import type { Attempts } from './auth/attempts.ts'
import type { Devices } from './auth/devices.ts'
import type { KeyRing } from './auth/keys.ts'
import type { KeyUses } from './auth/key-use.ts'
import type { OidcFlows } from './auth/oidc.ts'
import type { Intake } from './intake.ts'
import type { Metrics } from './metrics.ts'
import type { Coverage } from '../pipeline/coverage.ts'
import type { TrialsPort } from '../pipeline/trials.ts'
import type { SearchPort } from '../search/port.ts'
import type { HttpParts, LogLevelPort } from './parts.ts'
import type { Tally } from './tally.ts'
import type { Traffic } from './traffic.ts'

/** What the routes share: the parts they were given, and what the HTTP side keeps itself. */
export type Context = HttpParts & {
  intake: Intake
  search: SearchPort
  trials: TrialsPort
  coverage: Coverage
  logLevel: LogLevelPort
  keys: KeyRing
  uses: KeyUses
  attempts: Attempts
  devices: Devices
  oidc: OidcFlows
  metrics: Metrics
  traffic: Traffic
  tally: Tally
}
