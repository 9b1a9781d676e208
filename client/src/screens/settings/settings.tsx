import { useEffect } from 'preact/hooks'
import { Empty } from '../../parts/states.tsx'
import { session } from '../../session.ts'
import { pageTitle } from '../../title.ts'
import { TABS } from './tabs.ts'

/** `tab` is empty for the first one that this person may see. */
export function SettingsScreen(props: { tab: string }) {
  const state = session.value
  const scopes = state.kind === 'in' ? state.session.scopes : []
  const tabs = TABS.filter(({ needs }) => scopes.includes(needs))
  const tab = props.tab === '' ? tabs[0] : tabs.find(({ id }) => id === props.tab)
  useEffect(() => {
    pageTitle.value = tab ? `${tab.label}, settings` : 'Settings'
  }, [tab])
  return (
    <>
      <header class="page-head page-head--tight">
        <div class="page-head__text">
          <h1 class="page-title">Settings</h1>
        </div>
      </header>
      <div class="settings">
        <nav class="settings__nav" aria-label="Settings">
          {tabs.map(({ id, label }) => (
            <a href={`/settings/${id}`} key={id} aria-current={id === tab?.id ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        <div class="stack" key={tab?.id}>
          {tab ? (
            <tab.Panel />
          ) : (
            <section class="panel">
              <Empty icon="search-x" title="There is no such page of the settings">
                Or you may not see it: administrators may see all of them.
              </Empty>
            </section>
          )}
        </div>
      </div>
    </>
  )
}
