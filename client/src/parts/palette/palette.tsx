/** Ctrl K: jump to an account, an address, an alert, a rule, a page, or run a command. */
import { signal } from '@preact/signals'
import { useEffect, useId, useState } from 'preact/hooks'
import { getRuleNames, type RuleName } from '../../api/palette.ts'
import { isApple } from '../../keyboard.ts'
import { notices, setNotices } from '../../live/notify.ts'
import { overview, paused, togglePause } from '../../live/state.ts'
import { NAVIGATION } from '../../navigation.ts'
import { navigate } from '../../router.ts'
import { openAlerts } from '../../screens/overview/list.ts'
import { mayWrite, signOut } from '../../session.ts'
import { searchAddress } from '../../text/search-address.ts'
import { toggleTheme } from '../../theme.ts'
import { helpOpen } from '../help.tsx'
import { Icon } from '../icon.tsx'
import { SeverityGlyph } from '../severity.tsx'
import { Sheet } from '../sheet.tsx'
import { Hostile } from '../text.tsx'
import { findOffers, type Known, type Offer } from './results.ts'

export const paletteOpen = signal(false)

export function openPalette(): void {
  paletteOpen.value = true
}

// Kept from one opening to the next, and asked for again at each.
const rules = signal<readonly RuleName[]>([])

export function Palette() {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  useEffect(() => {
    void openAlerts.refresh()
    void getRuleNames().then(
      (found) => (rules.value = found),
      // The palette serves without them.
      () => undefined,
    )
  }, [])
  const groups = findOffers(typed, knownNow())
  const offers = groups.flatMap((group) => group.offers)
  const chosen = offers[Math.min(at, offers.length - 1)]
  const close = () => (paletteOpen.value = false)
  const take = (offer: Offer) => {
    close()
    // After the dialog has given the focus back, or it would take it from where the jump leads.
    setTimeout(() => ('href' in offer ? navigate(offer.href) : offer.act()))
  }
  const optionId = (offer: Offer) => `${list}-${offers.indexOf(offer)}`
  useEffect(() => {
    if (chosen) document.getElementById(optionId(chosen))?.scrollIntoView({ block: 'nearest' })
  }, [chosen?.id])
  return (
    <Sheet
      class="sheet--palette"
      label="Jump to a page, account, address, alert, rule or command"
      onClose={close}
    >
      <input
        class="palette__input"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={chosen ? optionId(chosen) : undefined}
        aria-autocomplete="list"
        aria-label="Jump to or run"
        placeholder="Account, IP, alert, rule or command"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (by && offers.length > 0) {
            event.preventDefault()
            setAt((Math.min(at, offers.length - 1) + by + offers.length) % offers.length)
          } else if (event.key === 'Enter' && !event.isComposing) {
            event.preventDefault()
            if ((event.ctrlKey || event.metaKey) && typed.trim()) {
              take({ id: 'search', icon: 'search', text: '', href: searchAddress(typed.trim()) })
            } else if (chosen) take(chosen)
          } else if (event.key.toLowerCase() === 'k' && (isApple ? event.metaKey : event.ctrlKey)) {
            event.preventDefault()
            close()
          }
        }}
      />
      <div class="palette__list" id={list} role="listbox" aria-label="Results">
        {groups.map((group) => (
          <div role="group" aria-label={group.title} key={group.title}>
            <p class="palette__group" role="presentation">
              {group.title}
            </p>
            {group.offers.map((offer) => (
              <div
                class="palette__item"
                role="option"
                id={optionId(offer)}
                key={offer.id}
                aria-selected={offer === chosen}
                onClick={() => take(offer)}
              >
                {offer.severity ? <SeverityGlyph severity={offer.severity} /> : <Icon name={offer.icon} />}
                <span>
                  <Hostile text={offer.text} />
                </span>
                {offer.note ? <span class="panel__note">{offer.note}</span> : null}
                {offer.keys ? (
                  <span class="keys">
                    {offer.keys.map((key) => (
                      <kbd class="kbd" key={key}>
                        {key}
                      </kbd>
                    ))}
                  </span>
                ) : null}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p class="palette__foot key-hints">
        <span>
          <span class="keys">
            <kbd class="kbd">↑</kbd>
            <kbd class="kbd">↓</kbd>
          </span>{' '}
          choose
        </span>
        <span>
          <kbd class="kbd">Enter</kbd> open
        </span>
        <span>
          <span class="keys">
            <kbd class="kbd">{isApple ? '⌘' : 'Ctrl'}</kbd>
            <kbd class="kbd">Enter</kbd>
          </span>{' '}
          search events
        </span>
      </p>
    </Sheet>
  )
}

function knownNow(): Known {
  const { shown, waiting } = openAlerts.feed.value
  return {
    alerts: [...waiting, ...shown].filter((one) => one.status === 'open' || one.status === 'acknowledged'),
    risks: overview.value?.riskiest ?? [],
    rules: rules.value,
    pages: NAVIGATION.map(({ href, icon, label, key }) => ({
      id: `page-${href}`,
      href,
      icon,
      text: label,
      keys: ['G', key.toUpperCase()],
    })),
    commands: commands(),
    searchAddress,
  }
}

function commands(): Offer[] {
  const write: Offer[] = mayWrite()
    ? [
        { id: 'new-rule', icon: 'plus', text: 'New rule', href: '/rules/new' },
        { id: 'drill', icon: 'flask', text: 'Simulate a takeover', href: '/sources' },
      ]
    : []
  return [
    ...write,
    {
      id: 'pause',
      icon: paused.value ? 'play' : 'pause',
      text: paused.value ? 'Resume live updates' : 'Pause live updates',
      keys: ['P'],
      act: togglePause,
    },
    ...(notices.value === 'off' || notices.value === 'on'
      ? [
          {
            id: 'notices',
            icon: 'bell' as const,
            text: `Switch notices for critical alerts ${notices.value === 'on' ? 'off' : 'on'}`,
            act: () => void setNotices(notices.peek() === 'off'),
          },
        ]
      : []),
    { id: 'theme', icon: 'sun', text: 'Switch between light and dark', act: toggleTheme },
    {
      id: 'keys',
      icon: 'help',
      text: 'Keyboard shortcuts',
      keys: ['?'],
      act: () => void (helpOpen.value = true),
    },
    { id: 'out', icon: 'out', text: 'Sign out', act: () => void signOut() },
  ]
}
