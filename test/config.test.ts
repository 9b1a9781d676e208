import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../server/config.ts'
import { DAY } from '../server/domain/time.ts'

const EMPTY = mkdtempSync(join(tmpdir(), 'vedette-config-'))

test('without any setting the server is for this machine only, on the documented port', () => {
  expect(readConfig({}, EMPTY)).toMatchObject({
    data: join(EMPTY, 'data'),
    host: '127.0.0.1',
    port: 8514,
    apiKey: null,
    correlate: '*/10 * * * * *',
    retention: 90 * DAY,
    tls: null,
  })
})

test('the environment wins over .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-config-'))
  writeFileSync(join(folder, '.env'), 'VEDETTE_PORT=9000\nVEDETTE_LOG_LEVEL="debug"\n')
  expect(readConfig({ VEDETTE_PORT: '9001' }, folder)).toMatchObject({ port: 9001, logLevel: 'debug' })
})

describe('a wrong value stops the start with one line: which, why, what is allowed', () => {
  test.each([
    ['VEDETTE_PORT', 'http', /0 to 65535/],
    ['VEDETTE_PORT', '70000', /0 to 65535/],
    ['VEDETTE_PUBLIC_URL', 'siem', /https:\/\//],
    ['VEDETTE_CORRELATE', '*/10 * * * *', /six fields/],
    ['VEDETTE_CORRELATE', 'every minute', /six fields/],
    ['VEDETTE_RETENTION', '90', /"90d"/],
    ['VEDETTE_MAX_DISK', '20', /"20GB"/],
    ['VEDETTE_LOG_LEVEL', 'loud', /info/],
    ['VEDETTE_TLS_CERT', '/no/such/file', /readable/],
    ['VEDETTE_GEOIP_CITY', '/no/such/file', /readable/],
  ])('%s=%s', (name, value, says) => {
    let message = ''
    try {
      readConfig({ [name]: value }, EMPTY)
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      message = (error as Error).message
    }
    expect(message).toContain(name)
    expect(message).toMatch(says)
    expect(message).not.toContain('\n')
  })

  test('secrets are never repeated', () => {
    expect(() => readConfig({ VEDETTE_ADMIN_PASSWORD: 'hunter2' }, EMPTY)).toThrow(
      /^(?!.*hunter2).*8 characters/,
    )
  })

  test('half of a TLS pair', () => {
    expect(() => readConfig({ VEDETTE_TLS_CERT: import.meta.filename }, EMPTY)).toThrow(/VEDETTE_TLS_KEY/)
  })
})
