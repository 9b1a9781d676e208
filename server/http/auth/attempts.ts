/** Limits guessing: of one password from one address, of one user from anywhere, of anything from one address. */
import { type RateLimiterRes, RateLimiterMemory } from 'rate-limiter-flexible'
import { Problem } from '../problem.ts'

export type Attempts = {
  /**
   * Counts a try before it is checked, so that many at once do not slip through. Throws `tooManyAttempts`.
   * `device`: a browser of the subject's own, which has tries of its own that no stranger can use up.
   */
  take(address: string, subject: string, device?: string | null): Promise<void>
  /** The try was right: it and those before it from this address no longer count for this subject. */
  forgive(address: string, subject: string, device?: string | null): Promise<void>
}

const WINDOW_SECONDS = 15 * 60

export function createAttempts(limits = { pair: 10, subject: 100, address: 200, device: 10 }): Attempts {
  const limiter = (points: number) => new RateLimiterMemory({ points, duration: WINDOW_SECONDS })
  const pairs = limiter(limits.pair)
  const subjects = limiter(limits.subject)
  const addresses = limiter(limits.address)
  const devices = limiter(limits.device)
  const pairOf = (address: string, subject: string) => `${address}\n${subject.slice(0, 200)}`

  return {
    async take(address, subject, device = null) {
      try {
        if (device !== null) {
          await devices.consume(device)
          return
        }
        await pairs.consume(pairOf(address, subject))
        await addresses.consume(address)
        await subjects.consume(subject.slice(0, 200))
      } catch (refusal) {
        if (refusal instanceof Error) throw refusal
        const seconds = Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000)
        throw new Problem('tooManyAttempts', `Try again in ${seconds} seconds.`, {
          headers: { 'retry-after': String(seconds) },
        })
      }
    },
    async forgive(address, subject, device = null) {
      if (device !== null) {
        await devices.delete(device)
        return
      }
      await pairs.delete(pairOf(address, subject))
      await subjects.reward(subject.slice(0, 200), 1)
      await addresses.reward(address, 1)
    },
  }
}
