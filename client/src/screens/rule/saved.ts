import type { RuleView } from '../../../../server/domain/api.ts'

/** A rule as the server holds it, and as a file. */
export type SavedRule = { rule: RuleView; text: string }

/** The parts of its page, as in `?tab=`. */
export const TABS = [
  { name: '', label: 'Rule' },
  { name: 'guide', label: 'Guide' },
  { name: 'explain', label: 'Explain' },
  { name: 'exceptions', label: 'Exceptions' },
] as const
export type Tab = (typeof TABS)[number]['name']
