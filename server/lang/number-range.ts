/**
 * A pattern for the decimal numbers from one to another, both included. Ends of equal length fix the width, so
 * `<01-10>` wants the leading zero; otherwise any number of leading zeros may stand before it.
 */
export function numberRange(from: string, to: string): string {
  const fixed = from.length === to.length
  let [low, high] = [from.replace(/^0+(?=\d)/, ''), to.replace(/^0+(?=\d)/, '')]
  if (BigInt(low) > BigInt(high)) [low, high] = [high, low]
  if (fixed) return sameWidth(low.padStart(from.length, '0'), high.padStart(from.length, '0')).join('|')
  const branches: string[] = []
  for (let width = low.length; width <= high.length; width++) {
    const least = width === low.length ? low : `1${'0'.repeat(width - 1)}`
    const most = width === high.length ? high : '9'.repeat(width)
    for (const branch of sameWidth(least, most)) branches.push(`0*${branch}`)
  }
  return branches.join('|')
}

/** Branches that together cover the numbers between two of the same width. */
function sameWidth(low: string, high: string): string[] {
  if (low === high) return [low]
  if (low.length === 1) return [digits(low, high)]
  const [first, last] = [low[0]!, high[0]!]
  const rest = low.length - 1
  if (first === last) return sameWidth(low.slice(1), high.slice(1)).map((tail) => first + tail)
  const found: string[] = []
  const lowest = '0'.repeat(rest)
  const highest = '9'.repeat(rest)
  const isLowWhole = low.slice(1) === lowest
  const isHighWhole = high.slice(1) === highest
  if (!isLowWhole) found.push(...sameWidth(low.slice(1), highest).map((tail) => first + tail))
  const middleFrom = isLowWhole ? first : String(Number(first) + 1)
  const middleTo = isHighWhole ? last : String(Number(last) - 1)
  if (middleFrom <= middleTo) found.push(`${digits(middleFrom, middleTo)}${'[0-9]'.repeat(rest)}`)
  if (!isHighWhole) found.push(...sameWidth(lowest, high.slice(1)).map((tail) => last + tail))
  return found
}

function digits(from: string, to: string): string {
  return from === to ? from : `[${from}-${to}]`
}
