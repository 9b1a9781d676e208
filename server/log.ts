import pino, { type DestinationStream, type Logger } from 'pino'

export type { Logger }

/** Structured logs on standard error, so that standard output holds only what a person must read. */
export function createLog(level: string, part: string): Logger {
  return logTo(pino.destination({ dest: 2, sync: true }), level, part)
}

/** One line of JSON for each thing that is told, whatever was told. */
export function logTo(out: DestinationStream, level: string, part: string): Logger {
  return pino(
    {
      level,
      base: { part },
      redact: {
        paths: ['*.authorization', '*.cookie', '*.password', '*.key', '*.token'],
        censor: '[secret]',
      },
    },
    { write: (line) => out.write(plainLine(line)) },
  )
}

/**
 * JSON escapes line breaks and escape sequences, but not all that moves a terminal, ends a line for some readers, or
 * turns text around. Written as JSON escapes they are read back as they were.
 */
function plainLine(line: string): string {
  return line.replaceAll(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// DEL and the C1 controls (U+009B begins a sequence as ESC [ does), line separators, zero width and bidi signs.
const UNSEEN = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g
