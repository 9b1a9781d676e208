/** A field's name as names are compared: without case and without the spaces that Sigma leaves out. */
export function foldName(name: string): string {
  return name.replaceAll(' ', '').toLowerCase()
}

/** The same for names that one product writes `riskState` and another `risk_state`. */
export function snakeName(folded: string): string {
  return folded.replaceAll('_', '')
}
