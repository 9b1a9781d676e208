import type { Expr, KqlExpr, KqlValue } from '../tree.ts'

/** A KQL leaf as text; `inside` prints the condition of a nested one. */
export function printKql(expr: KqlExpr, inside: (item: Expr) => string): string {
  if (expr.kind === 'kql-exists') return expr.field === '*' ? '*' : `${printKqlField(expr.field)}: *`
  if (expr.kind === 'kql-range') return `${printKqlField(expr.field)} ${expr.op} ${quoted(expr.value)}`
  if (expr.kind === 'kql-nested') return `${printKqlField(expr.field)}: { ${inside(expr.item)} }`
  const value = printValue(expr.value)
  return expr.field === null ? value : `${printKqlField(expr.field)}: ${value}`
}

function printKqlField(field: string): string {
  return field.replaceAll(/[\\():<>"{}\s]/g, escape)
}

function printValue(value: KqlValue): string {
  if (value.phrase) return quoted(value.text)
  const literal = new Set(value.literal)
  let shown = ''
  for (let i = 0; i < value.text.length; i++) {
    const char = value.text[i]!
    shown += char === '*' && !literal.has(i) ? '*' : char.replace(/[\\():<>"*{}\s]/, escape)
  }
  // A word that reads as an operator loses its first letter to an escape.
  return shown.replaceAll(/(?<![\p{L}\p{N}_])(?:and|or|not)(?![\p{L}\p{N}_])/giu, (word) => {
    return `\\u${word.charCodeAt(0).toString(16).padStart(4, '0')}${word.slice(1)}`
  })
}

function quoted(text: string): string {
  const shown = text.replaceAll(/[\\"]/g, (char) => `\\${char}`)
  return `"${shown.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`
}

function escape(char: string): string {
  if (char === '\n') return '\\n'
  if (char === '\r') return '\\r'
  return char === '\t' ? '\\t' : `\\${char}`
}
