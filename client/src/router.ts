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

// A page that was not read by then stays where it is.
const RESTORES_FOR_MS = 3000
const TAKES_OVER = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const

/** Back at the place that was left: as soon as the page is as long again, unless the person has moved meanwhile. */
function restoreScroll(): void {
  const wanted = (history.state as Kept | null)?.scroll ?? 0
  const began = performance.now()
  const left = place.value
  let taken = false
  const take = () => (taken = true)
  for (const way of TAKES_OVER) addEventListener(way, take, { once: true, passive: true })
  const attempt = () => {
    if (!taken && place.value === left) {
      scrollTo(0, wanted)
      if (Math.abs(scrollY - wanted) > 1 && performance.now() - began < RESTORES_FOR_MS) {
        requestAnimationFrame(attempt)
        return
      }
    }
    for (const way of TAKES_OVER) removeEventListener(way, take)
  }
  // After the page that was left has been drawn again.
  requestAnimationFrame(() => requestAnimationFrame(attempt))
}
