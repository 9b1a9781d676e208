/**
 * The settings, from the environment and from `.env` beside package.json (the environment wins).
 * A wrong value stops the start with one line that says which, why and what is allowed.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import cron from 'node-cron'
import { LOG_LEVELS, type LogLevel } from './domain/log-level.ts'
import { DAY, type Millis, parseSpan } from './domain/time.ts'

export type Config = {
  data: string
  host: string
  port: number
  publicUrl: string | null
  adminPassword: string | null
  apiKey: string | null
  correlate: string
  retention: Millis
  /** Bytes; null: 80 % of the volume. */
  maxDisk: number | null
  tls: { cert: string; key: string } | null
  geoip: { city: string | null; asn: string | null }
  rules: string | null
  logLevel: LogLevel
}

/** A setting that cannot be used. The message is the one line that the person sees. */
export class ConfigError extends Error {}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

type Env = Record<string, string | undefined>

export function readConfig(env: Env = process.env, folder: string = process.cwd()): Config {
  const file = resolve(folder, '.env')
  const all: Env = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...env }
  const get = (name: string) => all[name]?.trim() || null
  const cert = readableFile(get('VEDETTE_TLS_CERT'), 'VEDETTE_TLS_CERT')
  const key = readableFile(get('VEDETTE_TLS_KEY'), 'VEDETTE_TLS_KEY')
  if ((cert === null) !== (key === null)) {
    const missing = cert === null ? 'VEDETTE_TLS_CERT' : 'VEDETTE_TLS_KEY'
    throw new ConfigError(
      `${missing} is not set: TLS needs both VEDETTE_TLS_CERT and VEDETTE_TLS_KEY (PEM files).`,
    )
  }
  return {
    data: resolve(folder, get('VEDETTE_DATA') ?? 'data'),
    host: get('VEDETTE_HOST') ?? '127.0.0.1',
    port: readPort(get('VEDETTE_PORT')),
    publicUrl: readUrl(get('VEDETTE_PUBLIC_URL')),
    adminPassword: readLength(get('VEDETTE_ADMIN_PASSWORD'), 'VEDETTE_ADMIN_PASSWORD', 8),
    apiKey: readKey(get('VEDETTE_API_KEY')),
    correlate: readCron(get('VEDETTE_CORRELATE')),
    retention: readRetention(get('VEDETTE_RETENTION')),
    maxDisk: readBytes(get('VEDETTE_MAX_DISK')),
    tls: cert && key ? { cert, key } : null,
    geoip: {
      city: readableFile(get('VEDETTE_GEOIP_CITY'), 'VEDETTE_GEOIP_CITY'),
      asn: readableFile(get('VEDETTE_GEOIP_ASN'), 'VEDETTE_GEOIP_ASN'),
    },
    rules: readableFile(get('VEDETTE_RULES'), 'VEDETTE_RULES'),
    logLevel: readLevel(get('VEDETTE_LOG_LEVEL')),
  }
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

function wrong(name: string, value: string, allowed: string): never {
  throw new ConfigError(`${name} is ${JSON.stringify(value)}: ${allowed}`)
}

function readPort(value: string | null): number {
  if (value === null) return 8514
  const port = Number(value)
  if (!/^\d+$/.test(value) || port > 65_535) {
    wrong('VEDETTE_PORT', value, 'it must be a whole number from 0 to 65535 (0 picks a free port).')
  }
  return port
}

function readUrl(value: string | null): string | null {
  if (value === null) return null
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    wrong('VEDETTE_PUBLIC_URL', value, 'it must be an address such as https://siem.example.org.')
  }
  return new URL(value).origin
}

function readLength(value: string | null, name: string, least: number): string | null {
  // The value is a secret: it is never repeated.
  if (value !== null && value.length < least) {
    throw new ConfigError(`${name} is too short: it must have at least ${least} characters.`)
  }
  return value
}

function readKey(value: string | null): string | null {
  // It travels in headers and in the user part of URLs.
  if (value !== null && !/^[\x21-\x7e]+$/.test(value)) {
    throw new ConfigError(
      'VEDETTE_API_KEY has a blank or a character outside ASCII: use letters, digits and signs only.',
    )
  }
  return value
}

function readCron(value: string | null): string {
  if (value === null) return '*/10 * * * * *'
  // The library takes five fields too, but then the first one means minutes: a costly surprise.
  if (value.split(/\s+/).length !== 6 || !cron.validate(value)) {
    wrong(
      'VEDETTE_CORRELATE',
      value,
      'it must be a cron expression of six fields, seconds first, e.g. "*/10 * * * * *".',
    )
  }
  return value
}

function readRetention(value: string | null): Millis {
  if (value === null) return 90 * DAY
  const span = parseSpan(value)
  if (span === undefined || span < DAY) {
    wrong('VEDETTE_RETENTION', value, 'it must be a span of at least one day, e.g. "90d".')
  }
  return span
}

function readBytes(value: string | null): number | null {
  if (value === null) return null
  const parts = /^(\d+(?:\.\d+)?)\s*(MB|GB|TB)$/i.exec(value)
  if (!parts) wrong('VEDETTE_MAX_DISK', value, 'it must be a size in MB, GB or TB, e.g. "20GB".')
  return Math.round(
    Number(parts[1]) * { MB: 1e6, GB: 1e9, TB: 1e12 }[parts[2]!.toUpperCase() as 'MB' | 'GB' | 'TB'],
  )
}

function readLevel(value: string | null): LogLevel {
  if (value === null) return 'info'
  const level = LOG_LEVELS.find((one) => one === value)
  return level ?? wrong('VEDETTE_LOG_LEVEL', value, `it must be one of ${LOG_LEVELS.join(', ')}.`)
}

function readableFile(value: string | null, name: string): string | null {
  if (value === null) return null
  try {
    accessSync(value, constants.R_OK)
  } catch {
    wrong(name, value, 'there is nothing readable at this path.')
  }
  return resolve(value)
}
