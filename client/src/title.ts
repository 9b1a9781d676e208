/** The tab's title and icon carry the number of open critical alerts or, if there are more, critical incidents. */
import { effect, signal } from '@preact/signals'
import { graveIncidents, overview } from './live/state.ts'
import { visible } from './text/visible.ts'

/** What the page is about; screens set it. */
export const pageTitle = signal('')

export function startTitle(): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  effect(() => {
    const critical = Math.max(overview.value?.open.critical ?? 0, graveIncidents.value.length)
    const name = pageTitle.value ? `${visible(pageTitle.value)} · Vedette` : 'Vedette'
    document.title = critical > 0 ? `(${critical}) ${name}` : name
    const href =
      critical === 0 ? '/icons/quiet.svg' : `/icons/critical-${critical > 9 ? 'many' : critical}.svg`
    // Setting the same address again would fetch it again.
    if (icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href)
  })
}
