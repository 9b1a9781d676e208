/** Addresses and history: the page is a function of `place`. Links are plain links, caught here. */
import { signal } from '@preact/signals'

export type Place = { path: string; query: URLSearchParams }

export const place = signal<Place>(here())

type Kept = { scroll: number }

export function startRouter(): void {
  history.scrollRestoration = 'manual'
  addEventListener('popstate', () => {
    place.value = here()
    restoreScroll()
  })
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || event.defaultPrevented || event.button !== 0) return
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    if (link.target || link.origin !== location.origin || link.hasAttribute('download')) return
    // A link within the page, such as the skip link, is the browser's.
    if (link.pathname === location.pathname && link.search === location.search && link.hash) return
    event.preventDefault()
    navigate(link.pathname + link.search + link.hash)
  })
}

export function navigate(to: string): void {
  history.replaceState({ scroll: scrollY } satisfies Kept, '')
  history.pushState({ scroll: 0 } satisfies Kept, '', to)
  place.value = here()
  scrollTo(0, 0)
  // A new page begins at its beginning for those who do not see it, too.
  document.getElementById('main')?.focus({ preventScroll: true })
}

function here(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) }
}

function restoreScroll(): void {
  const kept = history.state as Kept | null
  // After the page that was left has been drawn again.
  requestAnimationFrame(() => requestAnimationFrame(() => scrollTo(0, kept?.scroll ?? 0)))
}
