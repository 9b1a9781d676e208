/** WCAG contrast of the tokens on every surface, in both themes. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync(new URL('../../client/src/styles/tokens.css', import.meta.url), 'utf8')
const SURFACES = ['panel', 'bg', 'sunken', 'raised', 'hover']
const THEMES = ['light', 'dark'] as const

test.each([
  ...['text', 'text-2', 'text-3', 'accent', 'ok-text', 'syn-key', 'syn-str', 'syn-num'].map(
    (name) => [name, 4.5] as const,
  ),
  ...['line-control', 'ink-1', 'ok', 'crit', 'high', 'med', 'low', 'focus'].map((name) => [name, 3] as const),
])('--%s has a contrast of at least %d on every surface', (name, least) => {
  for (const theme of THEMES) {
    for (const surface of SURFACES) {
      expect(
        contrast(token(name, theme), token(surface, theme)),
        `${theme} on ${surface}`,
      ).toBeGreaterThanOrEqual(least)
    }
  }
})

test.each(['crit', 'high', 'med', 'low', 'ok'])('--%s-text is readable on its soft background', (name) => {
  for (const theme of THEMES) {
    expect(contrast(token(`${name}-text`, theme), token(`${name}-soft`, theme))).toBeGreaterThanOrEqual(4.5)
  }
})

test('white is readable on the primary button', () => {
  for (const theme of THEMES)
    expect(contrast('#ffffff', token('accent-solid', theme))).toBeGreaterThanOrEqual(4.5)
})

function token(name: string, theme: 'light' | 'dark'): string {
  const pair = new RegExp(`--${name}:\\s*light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css)
  if (!pair) throw new Error(`No colour --${name}`)
  return theme === 'light' ? pair[1]! : pair[2]!
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
