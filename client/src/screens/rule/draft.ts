/** What was typed and not published, kept through a lost session and a reload of the page. */
export type Draft = {
  text: string
  /** The version that it began from; null: a rule that is not saved. */
  version: number | null
}

const name = (key: string) => `rule-draft:${key}`

export function recallDraft(key: string): Draft | null {
  try {
    const kept = sessionStorage.getItem(name(key))
    return kept === null ? null : (JSON.parse(kept) as Draft)
  } catch {
    return null
  }
}

export function keepDraft(key: string, draft: Draft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(name(key))
    else sessionStorage.setItem(name(key), JSON.stringify(draft))
  } catch {
    // No room, or not allowed here: it lasts as long as the page.
  }
}
