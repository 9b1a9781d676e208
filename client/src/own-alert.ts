/** Alerts of the product about itself: they have no rule file, no events, and nobody they are about. */
export function isOwn({ ruleId }: { ruleId: string }): boolean {
  return ruleId.startsWith('vedette-')
}
