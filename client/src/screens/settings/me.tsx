/** One's own way in: the password, the second factor, and where one is signed in. */
import { useState } from 'preact/hooks'
import { deleteSessionOf, getSessions, postPassword, type SessionEntry } from '../../api/access.ts'
import { failureText } from '../../api/request.ts'
import { Age } from '../../parts/age.tsx'
import { typed } from '../../parts/form.ts'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { whoAmI } from '../../session.ts'
import { shortDate, shortTime } from '../../text/age.ts'
import { browserName } from '../../text/browser-name.ts'
import { showToast } from '../../toast.ts'
import { FactorPanel } from './factor.tsx'
import { NewPassword, Why } from './fields.tsx'

export function MeTab() {
  return (
    <>
      <PasswordPanel />
      <FactorPanel />
      <SessionsPanel />
    </>
  )
}

function PasswordPanel() {
  const [why, setWhy] = useState<string | null>(null)
  const change = async (form: HTMLFormElement) => {
    try {
      await postPassword(typed(form, 'current'), typed(form, 'password'))
      form.reset()
      setWhy(null)
      showToast('Password changed; your other sessions are over')
    } catch (cause) {
      setWhy(failureText(cause))
    }
  }
  return (
    <Panel title="Password">
      <form
        class="panel__body form"
        onSubmit={(event) => {
          event.preventDefault()
          void change(event.currentTarget)
        }}
      >
        <label class="field">
          <span class="field__label">The one that you have</span>
          <input class="input" type="password" name="current" required autocomplete="current-password" />
        </label>
        <NewPassword label="A new one" />
        <Why why={why} />
        <div class="page-actions">
          <button class="btn" type="submit">
            Change the password
          </button>
        </div>
      </form>
    </Panel>
  )
}

function SessionsPanel() {
  const read = useRead('sessions', getSessions)
  const mine = read.data?.filter(({ user }) => user === whoAmI().normalize('NFC').toLowerCase())
  const end = async (id: string | null, said: string) => {
    try {
      await deleteSessionOf(id)
      showToast(said)
    } catch (cause) {
      showToast(failureText(cause))
    }
    read.again()
  }
  return (
    <Panel
      title="Where you are signed in"
      aside={
        mine && mine.length > 1 ? (
          <button class="btn btn--sm" type="button" onClick={() => void end(null, 'All others are over')}>
            End all others
          </button>
        ) : null
      }
    >
      {mine ? (
        <ul class="rows" aria-label="Your sessions">
          {mine.map((session) => (
            <Session
              key={session.id}
              of={session}
              onEnd={() => void end(session.id, 'The session is over')}
            />
          ))}
        </ul>
      ) : read.why ? (
        <Failed what="Your sessions could not be read" why={read.why} retry={read.again} />
      ) : (
        <Skeleton rows={2} label="Loading your sessions" />
      )}
    </Panel>
  )
}

function Session({ of, onEnd }: { of: SessionEntry; onEnd: () => void }) {
  const { agent, address, createdAt, lastSeen, current } = of
  const name = browserName(agent)
  return (
    <li class="row">
      <p class="row__text">
        <b>
          <Hostile text={name} />
        </b>
        <span class="cell-sub">
          from <Hostile text={address ?? 'an address that is not known'} />, since {shortDate(createdAt)},{' '}
          {shortTime(createdAt)}
        </span>
      </p>
      <span class="row__state">
        {current ? (
          'This one'
        ) : (
          <>
            Used <Age at={lastSeen} /> ago
          </>
        )}
      </span>
      {current ? null : (
        <button class="btn btn--sm" type="button" onClick={onEnd}>
          End<span class="vh"> the session of {name}</span>
        </button>
      )}
    </li>
  )
}
