/** What the organisation's settings have explained, counted by rule and setting. */
import type { Store } from '../store/store.ts'

export type SettingEffect = { ruleId: string; setting: string; events: number }

const PREFIX = 'organisation:'

/** The name under which the store counts the events that a setting hid from a rule. */
export function settingCounter(rule: string, setting: string): string {
  return `${PREFIX}${rule}:${setting}`
}

/** By number of events, the most first. */
export async function settingEffects(store: Pick<Store, 'hiddenCounts'>): Promise<SettingEffect[]> {
  const counts = await store.hiddenCounts()
  return Object.entries(counts)
    .flatMap(([name, events]) => {
      if (!name.startsWith(PREFIX)) return []
      // A rule's id has no colon.
      const [ruleId = '', ...setting] = name.slice(PREFIX.length).split(':')
      return [{ ruleId, setting: setting.join(':'), events }]
    })
    .toSorted((a, b) => b.events - a.events || (a.ruleId + a.setting < b.ruleId + b.setting ? -1 : 1))
}
