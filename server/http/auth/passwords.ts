/** Passwords, stored as scrypt with a salt of their own: `scrypt$N$r$p$salt$hash`, so the cost can be raised later. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

export const SHORTEST_PASSWORD = 8
export const LONGEST_PASSWORD = 1024

// OWASP's middle choice for scrypt: N 2^15, r 8, p 3; 32 MB and about 0.2 s of one core.
const COST = { N: 2 ** 15, r: 8, p: 3 }
const HASH_BYTES = 32

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** With no stored hash it takes as long as with one, so that the time does not tell which users exist. */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored ?? UNMATCHABLE).split('$')
  const derived = await derive(password, Buffer.from(salt!, 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  })
  return timingSafeEqual(derived, Buffer.from(hash!, 'base64url')) && stored !== null
}

const UNMATCHABLE = [
  'scrypt',
  COST.N,
  COST.r,
  COST.p,
  'AAAA',
  Buffer.alloc(HASH_BYTES).toString('base64url'),
].join('$')

function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  // The same text typed on two keyboards may come in two Unicode forms.
  const text = password.normalize('NFKC')
  return new Promise((resolve, reject) => {
    scrypt(text, salt, HASH_BYTES, { ...cost, maxmem: 256 * 1024 * 1024 }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
