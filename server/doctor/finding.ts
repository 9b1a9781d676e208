/** What the doctor says of one thing that it looked at. */
export type Level = 'ok' | 'warn' | 'fail'

export type Finding = {
  level: Level
  /** What was looked at, in one or two words: `disk`, `TLS files`. */
  subject: string
  /** What is the case. */
  said: string
  /** What to do; null where nothing is wrong. */
  remedy: string | null
}

/** Findings of one subject, by how bad they are. */
export function findings(subject: string) {
  return {
    ok: (said: string): Finding => ({ level: 'ok', subject, said, remedy: null }),
    warn: (said: string, remedy: string): Finding => ({ level: 'warn', subject, said, remedy }),
    fail: (said: string, remedy: string): Finding => ({ level: 'fail', subject, said, remedy }),
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
