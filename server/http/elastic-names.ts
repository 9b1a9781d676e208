/** Names of indices in paths. */
import type { Millis } from '../domain/time.ts'
import { parseDateMath } from '../search/elastic/date-math.ts'
import { ElasticMistake } from '../search/elastic/mistake.ts'

/**
 * The name that is meant; `<logs-{now/d}-000001>`, as Beats and Logstash write it, by the date. Throws
 * `ElasticMistake` for what can be no name.
 */
export function indexName(given: string, now: Millis): string {
  const name = /^<.+>$/.test(given) ? dated(given.slice(1, -1), now) : given
  if (!/[\s/\\*?"<>|,#]|^[._-]|^.{256}/s.test(name) || name.startsWith('.ds-')) return name
  throw new ElasticMistake('invalid_index_name_exception', `Invalid index name [${given.slice(0, 100)}]`)
}

/** `{now/d}`, `{now-1d/d{yyyy.MM|+00:00}}`; without a format, `yyyy.MM.dd`. Times are UTC. */
function dated(name: string, now: Millis): string {
  return name.replace(
    /\{(now[^{}]*)(?:\{([^{}|]*)(?:\|[^{}]*)?\})?\}/g,
    (all, math: string, format?: string) => {
      const found = parseDateMath(math, now)
      return found ? formatted(Number(found.from / 1_000_000n), format || 'yyyy.MM.dd') : all
    },
  )
}

function formatted(time: Millis, format: string): string {
  const [year, month, day, hour, minute] = new Date(time).toISOString().split(/\D/)
  const parts: Record<string, string> = { y: year!, u: year!, M: month!, d: day!, H: hour!, m: minute! }
  return format.replace(/([yuMdHm])\1*/g, (_, letter: string) => parts[letter]!)
}
