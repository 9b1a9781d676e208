/** The same as the store's deliveries, in memory: what the tests hold SQLite against. */
import type { Delivery } from '../../server/domain/channel.ts'
import type { DeliveryStore, ToldRow } from '../../server/store/deliveries.ts'

export function memoryDeliveries(): DeliveryStore & { forgetOld(before: number): number } {
  const all: Delivery[] = []
  const told = new Map<string, ToldRow>()
  let at: number | null = null
  let lastId = 0
  const isFirst = (one: Delivery) =>
    !all.some(
      (o) => o.channel === one.channel && o.subject === one.subject && o.id < one.id && o.state === 'waiting',
    )
  return {
    forgetOld(before) {
      const old = all.filter((one) => one.state !== 'waiting' && one.createdAt < before)
      for (const one of old) all.splice(all.indexOf(one), 1)
      return old.length
    },
    deliveryCursor: async () => at,
    toldOf: async (subjects) =>
      structuredClone([...told.values()].filter(({ subject }) => subjects.includes(subject))),
    async planDeliveries(plan) {
      if ((at ?? 0) !== plan.expect) return false
      at = plan.cursor
      for (const one of plan.deliveries) {
        const isKnown = all.some(
          (o) => o.channel === one.channel && o.subject === one.subject && o.revision === one.revision,
        )
        const fresh = { attempts: 0, state: 'waiting' as const, finishedAt: null, error: null }
        if (!isKnown) all.push({ ...one, id: ++lastId, createdAt: plan.at, ...fresh })
        for (const o of all) {
          const isOfIt = o.channel === one.channel && o.subject === one.subject
          if (isOfIt && o.state === 'waiting' && o.attempts === 0) o.due = Math.min(o.due, one.due)
        }
      }
      for (const row of plan.told) told.set(JSON.stringify([row.channel, row.subject]), structuredClone(row))
      return true
    },
    dueDeliveries: async (now, limit, except = []) =>
      structuredClone(
        all
          .filter((one) => one.state === 'waiting' && one.due <= now && isFirst(one))
          .filter(({ channel }) => !except.includes(channel))
          .slice(0, limit),
      ),
    waitingDeliveries: async () => all.filter(({ state }) => state === 'waiting').length,
    async attempted(id, { at: when, error, due }) {
      const one = all.find((other) => other.id === id)!
      one.attempts++
      one.error = error
      one.state = error === null ? 'done' : due === null ? 'failed' : 'waiting'
      one.due = due ?? one.due
      one.finishedAt = one.state === 'waiting' ? null : when
    },
    async retryDelivery(id, when) {
      const one = all.find((other) => other.id === id)
      if (one?.state !== 'failed') return false
      Object.assign(one, { state: 'waiting', due: when, finishedAt: null })
      return true
    },
    async deliveries({ channel, state, size, cursor }) {
      const last = cursor === undefined ? Infinity : Number(cursor)
      const found = all
        .filter(
          (one) => one.id < last && (!channel || one.channel === channel) && (!state || one.state === state),
        )
        .toReversed()
      return {
        items: structuredClone(found.slice(0, size)),
        nextCursor: found.length > size ? String(found[size - 1]!.id) : null,
      }
    },
  }
}
