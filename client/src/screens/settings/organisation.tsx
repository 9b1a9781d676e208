/** What is usual here. Rules that heed it leave out what it explains, and count it. */
import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import type { Organisation } from '../../../../server/domain/organisation.ts'
import { Failure, failureText } from '../../api/request.ts'
import { getEffects, getOrganisation, putOrganisation, type Versioned } from '../../api/settings.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { mayWrite } from '../../session.ts'
import { plural } from '../../text/words.ts'
import { showToast } from '../../toast.ts'
import { Accounts, Lines, Networks } from './organisation-parts.tsx'

// What is not saved yet outlives a look at another page, and the end of a session.
const draft = signal<Versioned<Organisation> | null>(null)

export type Mistakes = ReadonlyMap<string, string>

export function OrganisationTab() {
  const read = useRead('organisation', getOrganisation)
  const effects = useRead('effects', getEffects)
  const [mistakes, setMistakes] = useState<Mistakes>(new Map())
  const [why, setWhy] = useState<string | null>(null)
  if (!read.data) {
    return (
      <Panel title="Organisation">
        {read.why ? (
          <Failed what="The settings could not be read" why={read.why} retry={read.again} />
        ) : (
          <Skeleton rows={8} label="Loading" />
        )}
      </Panel>
    )
  }
  const kept = draft.value ?? read.data
  const { value } = kept
  const change = (part: Partial<Organisation>) => {
    draft.value = { version: kept.version, value: { ...value, ...part } }
    setMistakes(new Map())
    setWhy(null)
  }
  const save = async () => {
    try {
      read.set(await putOrganisation(value, kept.version))
      draft.value = null
      showToast('Saved. Alerts of rules that heed it are looked at again')
      effects.again()
    } catch (cause) {
      const errors = cause instanceof Failure ? (cause.problem?.errors ?? []) : []
      setMistakes(
        new Map(
          errors.flatMap((one) =>
            one.path ? [[one.path, one.message.replace(`${one.path} `, '')] as const] : [],
          ),
        ),
      )
      setWhy(failureText(cause))
    }
  }
  const readOnly = !mayWrite()
  const common = { mistakes, readOnly }
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Panel title="Organisation" note="so that what is usual here is not taken for an attack">
          <div class="form panel__body">
            <Lines
              {...common}
              path="domains"
              label="Your mail domains"
              hint="One a line. Mail that is forwarded within them is no exfiltration."
              lines={value.domains}
              onLines={(domains) => change({ domains })}
            />
            <Lines
              {...common}
              path="forwarding"
              label="Approved forwarding"
              hint="Domains or addresses outside to which mail may be forwarded, one a line."
              lines={value.forwarding}
              onLines={(forwarding) => change({ forwarding })}
            />
            <Networks {...common} networks={value.networks} onNetworks={(networks) => change({ networks })} />
            <Accounts
              {...common}
              accounts={value.serviceAccounts}
              onAccounts={(serviceAccounts) => change({ serviceAccounts })}
            />
            {why ? (
              <p class="field__error" role="alert">
                <Icon name="warn" small />
                {why}
              </p>
            ) : null}
            {readOnly ? null : (
              <div class="page-actions">
                <button class="btn btn--primary" type="submit" disabled={draft.value === null}>
                  Save
                </button>
                <button
                  class="btn"
                  type="button"
                  disabled={draft.value === null}
                  onClick={() => {
                    draft.value = null
                    setMistakes(new Map())
                    setWhy(null)
                    read.again()
                  }}
                >
                  Discard changes
                </button>
              </div>
            )}
          </div>
        </Panel>
      </form>
      <Panel title="What it explained" note="events that rules left out because of it">
        <div class="panel__body">
          {!effects.data ? (
            effects.why ? (
              <Failed what="The counts could not be read" why={effects.why} retry={effects.again} />
            ) : (
              <Skeleton rows={2} label="Counting" />
            )
          ) : effects.data.effects.length === 0 ? (
            <p class="soft">Nothing yet.</p>
          ) : (
            <ul class="soft">
              {effects.data.effects.map((one) => (
                <li key={`${one.ruleId} ${one.setting}`}>
                  <Hostile text={one.setting} />: {plural(one.events, 'event')} of{' '}
                  <a href={`/rules/${encodeURIComponent(one.ruleId)}`}>
                    <Hostile text={one.ruleId} />
                  </a>
                </li>
              ))}
            </ul>
          )}
          {effects.data && effects.data.learned.length > 0 ? (
            <p class="soft">
              Learned by itself to be gateways:{' '}
              {effects.data.learned.map(({ network }) => network).join(', ')}.
            </p>
          ) : null}
        </div>
      </Panel>
    </>
  )
}
