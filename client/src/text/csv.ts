/** Tables as RFC 4180 has them, safe to open in a spreadsheet. */

/** Rows of cells under a header, lines ended by CR LF. */
export function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('')
}

// A spreadsheet takes a cell that begins so for a formula, and runs it. OWASP, CSV Injection.
const FORMULA = /^[=+\-@\t\r]/

function cell(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
