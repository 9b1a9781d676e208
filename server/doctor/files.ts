/** Files of the operator's own that the server reads: certificate and key, databases of places, `.env`. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { parseEnv } from 'node:util'
import maxmind from 'maxmind'
import { DAY, formatSpan, type Millis, toIso } from '../domain/time.ts'
import { type Finding, findings, reasonOf } from './finding.ts'

/** Certificates of public authorities are renewed with a third of their life left: 30 of 90 days. */
const SOON: Millis = 14 * DAY

export function examineTls(
  tls: { cert: string; key: string } | null,
  publicUrl: string | null,
  now: Millis,
): Finding[] {
  const { ok, warn, fail } = findings('TLS files')
  if (!tls) return [ok('none: the server speaks plain HTTP')]
  try {
    const certificate = new X509Certificate(readFileSync(tls.cert))
    const key = createPrivateKey(readFileSync(tls.key))
    if (!certificate.checkPrivateKey(key)) {
      return [
        fail(
          `${tls.key} is not the key of ${tls.cert}`,
          'Set VEDETTE_TLS_CERT and VEDETTE_TLS_KEY to a pair.',
        ),
      ]
    }
    return [
      examineDates(certificate, now),
      ...examineName(certificate, publicUrl),
      ...examineKeyMode(tls.key),
    ]
  } catch (error) {
    return [
      fail(
        `they cannot be used: ${reasonOf(error)}`,
        'Both must be PEM files, the key without a passphrase.',
      ),
    ]
  }

  function examineDates({ validFromDate: from, validToDate: to }: X509Certificate, at: Millis): Finding {
    const renew = 'Renew it; a running server reads the files again by itself.'
    if (at > to.getTime()) return fail(`the certificate is over since ${toIso(to.getTime())}`, renew)
    if (at < from.getTime()) {
      return fail(
        `the certificate begins only on ${toIso(from.getTime())}`,
        'See whether the clock is right.',
      )
    }
    if (to.getTime() - at < SOON)
      return warn(`the certificate ends in ${formatSpan(to.getTime() - at)}`, renew)
    return ok(`the certificate is good until ${toIso(to.getTime())}`)
  }

  function examineName(certificate: X509Certificate, url: string | null): Finding[] {
    if (url === null) return []
    const { hostname } = new URL(url)
    const name = hostname.replace(/^\[|\]$/g, '')
    const matched = isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)
    if (matched !== undefined) return []
    return [
      warn(
        `the certificate is not for ${name}, which VEDETTE_PUBLIC_URL names`,
        'Get one for that name, unless a proxy answers to it with its own.',
      ),
    ]
  }

  function examineKeyMode(file: string): Finding[] {
    if ((statSync(file).mode & 0o007) === 0) return []
    return [warn(`everybody on this machine may read ${file}`, `Close it: chmod 640 ${file}`)]
  }
}

export async function examineGeoip(
  paths: { city: string | null; asn: string | null },
  now: Millis,
): Promise<Finding[]> {
  const { ok, warn, fail } = findings('GeoIP files')
  const named = [
    { setting: 'VEDETTE_GEOIP_CITY', kind: 'City', path: paths.city },
    { setting: 'VEDETTE_GEOIP_ASN', kind: 'ASN', path: paths.asn },
  ].filter((one): one is typeof one & { path: string } => one.path !== null)
  if (named.length === 0) {
    return [ok('none: places come from the logs alone; GET /api/v1/coverage says which rules miss them')]
  }
  return Promise.all(
    named.map(async ({ setting, kind, path }) => {
      try {
        const { metadata } = await maxmind.open(path)
        const built = metadata.buildEpoch.getTime()
        if (!metadata.databaseType.includes(kind)) {
          return warn(
            `${path} is a ${metadata.databaseType} database`,
            `${setting} wants one of the kind ${kind}.`,
          )
        }
        // Addresses move: after a year a good part of them is elsewhere.
        if (now - built > 365 * DAY) {
          return warn(
            `${path} is ${formatSpan(now - built)} old`,
            'Download a newer one; it is read again by itself.',
          )
        }
        return ok(`${metadata.databaseType} of ${toIso(built)}`)
      } catch (error) {
        return fail(
          `${path} cannot be read: ${reasonOf(error)}`,
          `Set ${setting} to an .mmdb file, or leave it out.`,
        )
      }
    }),
  )
}

const SECRETS = ['VEDETTE_API_KEY', 'VEDETTE_ADMIN_PASSWORD']

export function examineEnvFile(file: string): Finding[] {
  const { warn, fail } = findings('.env')
  if (!existsSync(file)) return []
  try {
    const set = parseEnv(readFileSync(file, 'utf8'))
    const secrets = SECRETS.filter((name) => set[name]?.trim())
    if (secrets.length === 0 || (statSync(file).mode & 0o007) === 0) return []
    return [
      warn(
        `everybody on this machine may read ${file}, which has ${secrets.join(' and ')}`,
        `Close it: chmod 640 ${file}`,
      ),
    ]
  } catch (error) {
    return [
      fail(`${file} cannot be read: ${reasonOf(error)}`, 'Give the user of the server the right to read it.'),
    ]
  }
}
