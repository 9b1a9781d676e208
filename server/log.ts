import pino, { type Logger } from 'pino'

export type { Logger }

/** Structured logs on standard error, so that standard output holds only what a person must read. */
export function createLog(level: string, part: string): Logger {
  return pino(
    {
      level,
      base: { part },
      redact: {
        paths: ['*.authorization', '*.cookie', '*.password', '*.key', '*.token'],
        censor: '[secret]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
