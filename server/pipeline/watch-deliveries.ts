/** Channels over which nobody could be told: an alert of the product's own, which the other channels tell. */
import { DAY, type Millis } from '../domain/time.ts'
import { type OwnDeps, type OwnFinding, tellOwn } from './own-alerts.ts'

/** A delivery that was given up says so for as long as this, unless the channel works again before. */
const FAILED: Millis = 7 * DAY

/** Channels that are on, and gave up on telling somebody. Others are told of it. */
export async function watchDeliveries(
  parts: OwnDeps & { channels(): Promise<{ id: string; name: string; enabled: boolean }[]> },
): Promise<void> {
  const now = parts.now()
  const findings: OwnFinding[] = []
  for (const { id, name, enabled } of await parts.channels()) {
    if (!enabled) continue
    const [failed] = (await parts.store.deliveries({ channel: id, state: 'failed', size: 1 })).items
    const [done] = (await parts.store.deliveries({ channel: id, state: 'done', size: 1 })).items
    const at = failed?.finishedAt ?? 0
    if (!failed || at < now - FAILED || (done?.finishedAt ?? 0) > at) continue
    findings.push({
      entity: { type: 'channel', value: name },
      since: done?.finishedAt ?? failed.createdAt,
      summary: `Over the channel ${name} nobody could be told, it was given up: ${failed.error ?? ''}`,
      facts: { channel: id },
    })
  }
  await tellOwn(parts, 'vedette-delivery-failed', findings, () => 'It delivers again, or is switched off.')
}
