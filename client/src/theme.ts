/** Light or dark: the system decides until the reader does. `public/theme.js` applies the choice before the first paint. */
const KEY = 'theme'

export function toggleTheme(): void {
  const root = document.documentElement
  const chosen = root.dataset['theme']
  const isDark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  const next = isDark ? 'light' : 'dark'
  root.dataset['theme'] = next
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
