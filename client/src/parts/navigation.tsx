/** The ways to the screens: the sidebar's list, and the bar at the foot of a phone. */
import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { openCount, overview, silentSources } from '../live/state.ts'
import { type Entry, isHere, NAVIGATION } from '../navigation.ts'
import { place } from '../router.ts'
import { signOut } from '../session.ts'
import type { IconName } from '../text/icon-name.ts'
import { plural } from '../text/words.ts'
import { toggleTheme } from '../theme.ts'
import { helpOpen } from './help.tsx'
import { Icon } from './icon.tsx'
import { Sheet } from './sheet.tsx'

export function SideNavigation() {
  const first = NAVIGATION.filter((entry) => !entry.upkeep)
  return (
    <nav class="nav" aria-label="Main">
      {first.map((entry) => (
        <SideLink entry={entry} key={entry.href} />
      ))}
      <span class="nav__sep" role="presentation" />
      {NAVIGATION.filter((entry) => entry.upkeep).map((entry) => (
        <SideLink entry={entry} key={entry.href} />
      ))}
    </nav>
  )
}

function SideLink(props: { entry: Entry }) {
  const { entry } = props
  return (
    <a class="nav__link" href={entry.href} {...current(entry)} title={`${entry.label} (g ${entry.key})`}>
      <Icon name={entry.icon} />
      <span class="nav__label">{entry.label}</span>
      {entry.href === '/alerts' ? <OpenCount class="nav__count" critical="nav__count--crit" /> : null}
      {entry.href === '/sources' ? <SilentMark /> : null}
    </a>
  )
}

function SilentMark() {
  const silent = silentSources.value
  if (silent === 0) return null
  return (
    <span class="nav__warn">
      <Icon name="warn" small label={`${plural(silent, 'source')} silent`} />
    </span>
  )
}

const moreOpen = signal(false)

export function TabBar() {
  const rest = NAVIGATION.filter((entry) => !entry.tab)
  const within = rest.some((entry) => isHere(entry, place.value.path))
  return (
    <nav class="tabbar" aria-label="Main, compact">
      {NAVIGATION.filter((entry) => entry.tab).map((entry) => (
        <a class="tabbar__link" key={entry.href} href={entry.href} {...current(entry)}>
          <Icon name={entry.icon} />
          {entry.label}
          {entry.href === '/alerts' ? (
            <OpenCount class="tabbar__count" critical="tabbar__count--crit" />
          ) : null}
        </a>
      ))}
      <button
        class="tabbar__link"
        type="button"
        aria-haspopup="dialog"
        aria-current={within ? 'true' : undefined}
        onClick={() => (moreOpen.value = true)}
      >
        <Icon name="more" />
        More
      </button>
      {moreOpen.value ? <MoreSheet entries={rest} /> : null}
    </nav>
  )
}

function MoreSheet(props: { entries: readonly Entry[] }) {
  const close = () => (moreOpen.value = false)
  const then = (act: () => void) => () => {
    close()
    act()
  }
  return (
    <Sheet class="sheet--menu" label="More" onClose={close}>
      <p class="palette__group">Go to</p>
      {props.entries.map((entry) => (
        <a class="palette__item" key={entry.href} href={entry.href} {...current(entry)} onClick={close}>
          <Icon name={entry.icon} />
          <span>{entry.label}</span>
          {entry.href === '/sources' ? <SilentMark /> : null}
        </a>
      ))}
      <p class="palette__group">This page</p>
      <Act icon="sun" act={then(toggleTheme)}>
        Switch between light and dark
      </Act>
      <Act icon="help" act={then(() => (helpOpen.value = true))}>
        Keyboard shortcuts
      </Act>
      <Act icon="out" act={then(() => void signOut())}>
        Sign out
      </Act>
    </Sheet>
  )
}

function Act(props: { icon: IconName; act: () => void; children: ComponentChildren }) {
  return (
    <button class="palette__item" type="button" onClick={props.act}>
      <Icon name={props.icon} />
      <span>{props.children}</span>
    </button>
  )
}

function OpenCount(props: { class: string; critical: string }) {
  const open = openCount.value
  if (open === 0) return null
  const critical = (overview.value?.open.critical ?? 0) > 0
  return (
    <span class={`${props.class}${critical ? ` ${props.critical}` : ''}`}>
      <span class="vh">open: </span>
      {open > 999 ? '999+' : open}
    </span>
  )
}

function current(entry: Entry) {
  return isHere(entry, place.value.path) ? ({ 'aria-current': 'page' } as const) : {}
}
