/**
 * Browsers from which somebody has signed in before: a stranger who uses up the tries of an account does not shut them
 * out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../domain/time.ts'
import type { Store } from '../../store/store.ts'
import { cookieOf } from './credentials.ts'

export type Devices = {
  /** A name of the browser that is the user's; null: it is not known for this user. */
  known(request: IncomingMessage, user: string): Promise<string | null>
  /** The cookie for a browser in which this user has signed in. */
  cookie(user: string, secure: boolean): Promise<string>
}

const COOKIE = 'vedette_device'
const KEY = { kind: 'setting', id: 'device-key' } as const
const YEAR_SECONDS = 365 * 24 * 3600

export function createDevices({ store, clock }: { store: Store; clock: Clock }): Devices {
  let key: Promise<string> | null = null

  function ownKey(): Promise<string> {
    key ??= loadKey(store, clock)
    key.catch(() => (key = null))
    return key
  }

  /** `name.mac`; the user is in the mac alone, so the cookie tells nobody who it is. */
  async function macOf(name: string, user: string): Promise<string> {
    return createHmac('sha256', await ownKey())
      .update(`${name}\n${user}`)
      .digest('base64url')
  }

  return {
    async known(request, user) {
      const [name, mac] = (cookieOf(request, COOKIE) ?? '').split('.', 2)
      if (!name || !mac) return null
      const [sent, right] = [Buffer.from(mac), Buffer.from(await macOf(name, user))]
      return sent.length === right.length && timingSafeEqual(sent, right) ? name : null
    },
    async cookie(user, secure) {
      const name = randomBytes(16).toString('base64url')
      const value = `${name}.${await macOf(name, user)}`
      const flags = `Path=/api/v1/session; HttpOnly; SameSite=Strict; Max-Age=${YEAR_SECONDS}`
      return `${COOKIE}=${value}; ${flags}${secure ? '; Secure' : ''}`
    },
  }
}

async function loadKey(store: Store, clock: Clock): Promise<string> {
  const at = clock()
  const secret = randomBytes(32).toString('base64url')
  // Whoever comes second takes what the first has written.
  await store.putRecords([{ ...KEY, body: { secret }, expect: 0, audit: null, at }])
  const record = await store.record(KEY.kind, KEY.id)
  return (record!.body as { secret: string }).secret
}
