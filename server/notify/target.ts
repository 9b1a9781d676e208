/**
 * Requests to addresses that people typed in. The name is looked up first, an address of a private network needs an
 * explicit permission, and the connection goes to exactly the address that was looked at: nobody makes this server knock on
 * doors behind its firewall. Redirects are not followed.
 */
import { lookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP } from 'node:net'
import { HOUR, type Millis, SECOND } from '../domain/time.ts'

/** What the receiver said, or why it could not be asked. The message is for people. */
export class NotSent extends Error {
  /** It makes no sense to try again soon. */
  readonly retryAfterMs: number | null
  /** It makes no sense to try again at all: some were told, and those who were not are refused for good. */
  readonly isFinal: boolean
  constructor(
    message: string,
    retryAfterMs: number | null = null,
    options?: ErrorOptions & { isFinal?: boolean },
  ) {
    super(message, options)
    this.retryAfterMs = retryAfterMs
    this.isFinal = options?.isFinal ?? false
  }
}

export type HttpRequest = {
  url: string
  method: string
  headers: { [name: string]: string }
  body: string
  allowPrivate: boolean
  timeoutMs: number
}

const PRIVATE = new BlockList()
for (const [block, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(block, prefix, 'ipv4')
for (const [block, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fec0::', 10],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(block, prefix, 'ipv6')

export function isPrivate(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  return PRIVATE.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

/** The address to connect to. Throws `NotSent` for names that are unknown or lead to private networks. */
export async function addressFor(
  host: string,
  allowPrivate: boolean,
): Promise<{ address: string; family: number }> {
  const name = host.replace(/^\[|\]$/g, '')
  let found: { address: string; family: number }[]
  try {
    found = isIP(name) ? [{ address: name, family: isIP(name) }] : await lookup(name, { all: true })
  } catch (error) {
    throw new NotSent(`The name ${name} is not known (${codeOf(error)}).`, null, { cause: error })
  }
  const usable = found.find(({ address }) => allowPrivate || !isPrivate(address))
  if (!usable) {
    throw new NotSent(
      `${name} is an address of a private network: allow these for the channel, if it is meant.`,
    )
  }
  return usable
}

/** Sends it; the answer's body is read up to a bound and thrown away. Throws `NotSent` for anything but 2xx. */
export async function send(request: HttpRequest): Promise<void> {
  const url = new URL(request.url)
  const { address, family } = await addressFor(url.hostname, request.allowPrivate)
  const transport = url.protocol === 'https:' ? https : http
  const status = await new Promise<{ code: number; retryAfter: string | undefined }>((resolve, reject) => {
    const call = transport.request(
      url,
      {
        method: request.method,
        headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body) },
        // The address that was looked at, whatever the name says by now.
        lookup: (_host, options, done) => {
          if (options.all) (done as unknown as (e: null, all: object[]) => void)(null, [{ address, family }])
          else done(null, address, family)
        },
        agent: false,
      },
      (response) => {
        const retryAfter = response.headers['retry-after']
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > 65_536) response.destroy()
        })
        response.on('error', () => undefined)
        resolve({ code: response.statusCode ?? 0, retryAfter })
      },
    )
    const timer = setTimeout(() => {
      call.destroy(new NotSent(`${url.host} did not answer within ${request.timeoutMs / 1000} s.`))
    }, request.timeoutMs)
    call.on('close', () => clearTimeout(timer))
    call.on('error', (error) =>
      reject(
        error instanceof NotSent
          ? error
          : new NotSent(`${url.host} could not be reached (${codeOf(error)}).`, null, { cause: error }),
      ),
    )
    call.end(request.body)
  })
  if (status.code >= 200 && status.code < 300) return
  const after = waitOf(status.retryAfter)
  if (status.code >= 300 && status.code < 400) {
    throw new NotSent(
      `${url.host} answered ${status.code}, a redirect, which is not followed: enter the final address.`,
    )
  }
  const why =
    {
      401: ', so the key or address is not accepted',
      403: ', so this is not allowed',
      404: ', so the address is wrong',
      429: ', so it is asked too often',
    }[status.code] ?? ''
  throw new NotSent(`${url.host} answered ${status.code}${why}.`, after)
}

const LONGEST_WAIT: Millis = HOUR

/** Seconds, or a date (RFC 9110, 10.2.3). */
function waitOf(header: string | undefined): Millis | null {
  if (header === undefined) return null
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * SECOND : Date.parse(header) - Date.now()
  return wait > 0 ? Math.min(wait, LONGEST_WAIT) : null
}

function codeOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code ?? message ?? 'unknown'
}
