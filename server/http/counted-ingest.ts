/** The way in, counted: whichever protocol a record came by. */
import type { Metrics } from './metrics.ts'
import type { IngestGate } from './parts.ts'

export function countedIngest(gate: IngestGate, metrics: Metrics): IngestGate {
  return {
    async accept(request) {
      const answer = await gate.accept(request)
      if (answer.kind === 'unreadable') metrics.unreadable()
      else metrics.ingested(answer.counts ?? [])
      return answer
    },
  }
}
