/** The answer about the log. */
import { z } from 'zod'
import type { LogLevelView } from '../../domain/api/log-level.ts'
import { LOG_LEVELS } from '../../domain/log-level.ts'
import { named } from '../schemas.ts'

export const logLevel: z.ZodType<LogLevelView> = named(
  'LogLevel',
  z.strictObject({
    level: z.enum(LOG_LEVELS).meta({ description: 'Lines of this level and above are written.' }),
    atStart: z.enum(LOG_LEVELS).meta({ description: 'By VEDETTE_LOG_LEVEL; a restart comes back to it.' }),
  }),
)
