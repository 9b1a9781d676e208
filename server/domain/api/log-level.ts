import type { LogLevel } from '../log-level.ts'

/** `GET|PUT /api/v1/log-level`. `atStart`: what a restart comes back to. */
export type LogLevelView = { level: LogLevel; atStart: LogLevel }
