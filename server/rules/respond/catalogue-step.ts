/** One way to act on an alert. The commands are templates of `fillCommand`. */
export type CatalogueStep = {
  title: string
  what: string
  /** How to take it back; null for a step that only looks. */
  undo: string | null
  powershell?: string
  graph?: string
  /** For a root shell on the host itself. */
  shell?: string
}
