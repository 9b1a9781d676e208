/** Light or dark: the system decides until the reader does. `public/theme.js` applies the choice before the first paint. */
const KEY = 'theme'
// `--bg` of the tokens, for the bars that the system draws around the page.
const GROUND = { light: '#f6f7f9', dark: '#0d0f13' } as const

export function toggleTheme(): void {
  const root = document.documentElement
  const chosen = root.dataset['theme']
  const isDark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  const next = isDark ? 'light' : 'dark'
  root.dataset['theme'] = next
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = GROUND[next]
  }
  remember(KEY, next)
}

/** Keeps a choice in this browser; a browser that keeps nothing is served all the same. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Storage is blocked: the choice holds for this page.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
