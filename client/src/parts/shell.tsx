import type { ComponentChildren } from 'preact'
import { assertive, polite } from '../announce.ts'
import { openCount, overview } from '../live/state.ts'
import { place } from '../router.ts'
import { session, signOut } from '../session.ts'
import { initials } from '../text/words.ts'
import { toggleTheme } from '../theme.ts'
import { AlertMenus } from './alert-menus.tsx'
import { ConnectionBanner } from './banner.tsx'
import { helpOpen, HelpSheet } from './help.tsx'
import type { IconName } from '../text/icon-name.ts'
import { Brand, Icon } from './icon.tsx'
import { Pulse } from './pulse.tsx'
import { ToastRegion } from './toast.tsx'

type Entry = { href: string; icon: IconName; label: string; keys: string; here: (path: string) => boolean }
const NAVIGATION: Entry[] = [
  {
    href: '/',
    icon: 'overview',
    label: 'Overview',
    keys: 'g o',
    here: (path) => !path.startsWith('/alerts'),
  },
  {
    href: '/alerts',
    icon: 'alerts',
    label: 'Alerts',
    keys: 'g a',
    here: (path) => path.startsWith('/alerts'),
  },
]

export function Shell(props: { children: ComponentChildren }) {
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <div class="app">
        <TopBar />
        <Sidebar />
        <main class="page" id="main" tabIndex={-1}>
          <ConnectionBanner />
          {props.children}
        </main>
        <TabBar />
      </div>
      <ToastRegion />
      <AlertMenus />
      {helpOpen.value ? <HelpSheet /> : null}
      <div class="vh" role="status" aria-live="polite">
        {polite.value}
      </div>
      <div class="vh" role="alert" aria-live="assertive">
        {assertive.value}
      </div>
    </>
  )
}

function TopBar() {
  return (
    <header class="topbar">
      <a class="brand" href="/">
        <Brand />
        <span class="brand__name">Vedette</span>
      </a>
      <Pulse brief />
      <ThemeButton />
      <button class="icon-btn" type="button" aria-label="Sign out" onClick={() => void signOut()}>
        <Icon name="out" />
      </button>
    </header>
  )
}

function Sidebar() {
  const name = session.value.kind === 'in' ? session.value.session.user : ''
  return (
    <header class="sidebar">
      <a class="brand" href="/">
        <Brand />
        <span class="brand__name">
          Vedette<span class="brand__org">{location.host}</span>
        </span>
      </a>
      <nav class="nav" aria-label="Main">
        {NAVIGATION.map((entry) => (
          <a
            class="nav__link"
            key={entry.href}
            href={entry.href}
            {...current(entry)}
            title={`${entry.label} (${entry.keys})`}
          >
            <Icon name={entry.icon} />
            <span class="nav__label">{entry.label}</span>
            {entry.href === '/alerts' ? <OpenCount class="nav__count" critical="nav__count--crit" /> : null}
          </a>
        ))}
      </nav>
      <div class="sidebar__foot">
        <Pulse />
        <div class="me">
          <span class="avatar" aria-hidden="true">
            {initials(name)}
          </span>
          <span class="me__name clip" title={name}>
            {name}
          </span>
          <span class="me__buttons">
            <button
              class="icon-btn"
              type="button"
              aria-label="Keyboard shortcuts"
              onClick={() => (helpOpen.value = true)}
            >
              <Icon name="help" />
            </button>
            <ThemeButton />
            <button
              class="icon-btn"
              type="button"
              aria-label="Sign out"
              title="Sign out"
              onClick={() => void signOut()}
            >
              <Icon name="out" />
            </button>
          </span>
        </div>
      </div>
    </header>
  )
}

function TabBar() {
  return (
    <nav class="tabbar" aria-label="Main, compact">
      {NAVIGATION.map((entry) => (
        <a class="tabbar__link" key={entry.href} href={entry.href} {...current(entry)}>
          <Icon name={entry.icon} />
          {entry.label}
          {entry.href === '/alerts' ? (
            <OpenCount class="tabbar__count" critical="tabbar__count--crit" />
          ) : null}
        </a>
      ))}
    </nav>
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

export function ThemeButton(props: { class?: string }) {
  return (
    <button
      class={`icon-btn${props.class ? ` ${props.class}` : ''}`}
      type="button"
      data-theme-toggle
      aria-label="Switch between light and dark"
      title="Switch between light and dark"
      onClick={toggleTheme}
    >
      <Icon name="sun" class="icon--sun" />
      <Icon name="moon" class="icon--moon" />
    </button>
  )
}

function current(entry: Entry) {
  return entry.here(place.value.path) ? ({ 'aria-current': 'page' } as const) : {}
}
