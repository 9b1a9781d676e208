import type { ComponentChildren } from 'preact'
import { assertive, polite } from '../announce.ts'
import { isApple } from '../keyboard.ts'
import { session, signOut } from '../session.ts'
import { initials } from '../text/words.ts'
import { toggleTheme } from '../theme.ts'
import { AlertMenus } from './alert-menus.tsx'
import { ConnectionBanner, StorageBanner } from './banner.tsx'
import { helpOpen, HelpSheet } from './help.tsx'
import { Brand, Icon } from './icon.tsx'
import { SideNavigation, TabBar } from './navigation.tsx'
import { openPalette, Palette, paletteOpen } from './palette/palette.tsx'
import { Pulse } from './pulse.tsx'
import { SessionBanner } from './session-banner.tsx'
import { ToastRegion } from './toast.tsx'

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
          <StorageBanner />
          <SessionBanner />
          {props.children}
        </main>
        <TabBar />
      </div>
      <ToastRegion />
      <AlertMenus />
      {helpOpen.value ? <HelpSheet /> : null}
      {paletteOpen.value ? <Palette /> : null}
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
      <button
        class="icon-btn"
        type="button"
        aria-label="Search or jump to"
        aria-haspopup="dialog"
        onClick={openPalette}
      >
        <Icon name="search" />
      </button>
      <ThemeButton />
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
      <button
        class="jump"
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K"
        onClick={openPalette}
      >
        <Icon name="search" small />
        <span class="jump__label">Jump to…</span>
        <span class="keys">
          <kbd class="kbd">{isApple ? '⌘' : 'Ctrl'}</kbd>
          <kbd class="kbd">K</kbd>
        </span>
      </button>
      <SideNavigation />
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
