/** Accounts that need a look, those most at risk first; any other is found by its address. */
import { useEffect } from 'preact/hooks'
import { getOpenIncidents } from '../../api/accounts.ts'
import { Age } from '../../parts/age.tsx'
import { typed } from '../../parts/form.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { SeverityGlyph } from '../../parts/severity.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { navigate } from '../../router.ts'
import { withoutAccount } from '../../text/sentence.ts'
import { pageTitle } from '../../title.ts'

export function AccountsScreen() {
  const incidents = useRead('incidents', getOpenIncidents)
  useEffect(() => {
    pageTitle.value = 'Accounts'
  }, [])
  const worst = new Map<string, NonNullable<typeof incidents.data>[number]>()
  for (const one of incidents.data ?? []) {
    const known = one.user === null ? undefined : worst.get(one.user)
    if (one.user !== null && (known?.riskScore ?? -1) < one.riskScore) worst.set(one.user, one)
  }
  const accounts = [...worst].toSorted(([, a], [, b]) => b.riskScore - a.riskScore)
  return (
    <>
      <header class="page-head page-head--tight">
        <div class="page-head__text">
          <h1 class="page-title">Accounts</h1>
        </div>
        <form
          class="page-actions"
          role="search"
          onSubmit={(event) => {
            event.preventDefault()
            const address = typed(event.currentTarget, 'address').trim()
            if (address) navigate(`/accounts/${encodeURIComponent(address)}`)
          }}
        >
          <input
            class="input"
            type="search"
            name="address"
            placeholder="name@example.org"
            aria-label="Address of an account"
          />
          <button class="btn" type="submit">
            Look
          </button>
        </form>
      </header>
      <Panel title="At risk" note="accounts with open alerts">
        {!incidents.data ? (
          incidents.why ? (
            <Failed what="The accounts could not be read" why={incidents.why} retry={incidents.again} />
          ) : (
            <Skeleton rows={6} label="Loading accounts" />
          )
        ) : accounts.length === 0 ? (
          <Empty icon="done" title="No account needs a look">
            Any account is found by its address.
          </Empty>
        ) : (
          <ul class="rows">
            {accounts.map(([user, incident]) => (
              <li class="row" key={user}>
                <SeverityGlyph severity={incident.severity} />
                <p class="row__text">
                  <a href={`/accounts/${encodeURIComponent(user)}`}>
                    <b>
                      <Hostile text={user} />
                    </b>
                  </a>
                  <span class="cell-sub">
                    <Hostile text={withoutAccount(incident.summary, user)} />
                  </span>
                </p>
                <span class="row__state">
                  risk {incident.riskScore}, <Age at={incident.lastSeen} suffix=" ago" />
                </span>
                <a class="btn btn--sm" href={`/incidents/${encodeURIComponent(incident.id)}`}>
                  <Icon name="right" small />
                  Story<span class="vh"> of {user}</span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  )
}
