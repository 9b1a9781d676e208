import { useState } from 'preact/hooks'
import type { CloseReason, Status } from '../../../../server/domain/alert.ts'
import type { ActivityView, AlertDetail } from '../../../../server/domain/api.ts'
import { changeAlert } from '../../actions.ts'
import type { IconName } from '../../text/icon-name.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Hostile } from '../../parts/text.tsx'
import { isOwn } from '../../own-alert.ts'
import { mayWrite } from '../../session.ts'
import { exactTime, sameDay, shortDate, shortTime } from '../../text/age.ts'
import { now } from '../../clock.ts'
import { reasonWord, statusWord } from '../../text/words.ts'

type Entry = { at: string; icon: IconName; text: string; by: string | null }

// What was typed stays while the page is open: through a lost session, and going elsewhere and back.
const drafts = new Map<string, string>()

export function NotesPanel(props: { alert: AlertDetail }) {
  return (
    <Panel title="Notes and activity">
      <div class="panel__body">
        <ol class="activity">
          {activityOf(props.alert).map((entry) => (
            <li key={entry.at + entry.text}>
              <Icon name={entry.icon} small />
              <span class="activity__text">
                {entry.by ? (
                  <>
                    <b>
                      <Hostile text={entry.by} />
                    </b>
                    :{' '}
                  </>
                ) : null}
                {entry.text.split('\n').map((line, i) => (
                  <span key={i}>
                    {i > 0 ? <br /> : null}
                    <Hostile text={line} />
                  </span>
                ))}
              </span>
              <time dateTime={entry.at} title={exactTime(entry.at)}>
                {sameDay(entry.at, now.value) ? shortTime(entry.at) : shortDate(entry.at)}
              </time>
            </li>
          ))}
        </ol>
        {mayWrite() ? <NoteForm alert={props.alert} /> : null}
      </div>
    </Panel>
  )
}

function NoteForm(props: { alert: AlertDetail }) {
  const { alert } = props
  const [text, setText] = useState(drafts.get(alert.id) ?? '')
  const [busy, setBusy] = useState(false)
  const keep = (next: string) => {
    setText(next)
    if (next) drafts.set(alert.id, next)
    else drafts.delete(alert.id)
  }
  const save = async () => {
    if (!text.trim() || busy) return
    setBusy(true)
    // A note says nothing about the state it was written in, so it is no conflict with anyone's change.
    if (await changeAlert(alert, { note: text.trim() }, 'Note added', false)) keep('')
    setBusy(false)
  }
  return (
    <form
      class="note-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <label class="field">
        <span class="vh">Add a note</span>
        <textarea
          class="input"
          rows={2}
          placeholder="Add a note. Who did you call? What did you change?"
          value={text}
          onInput={(event) => keep(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault()
              void save()
            }
          }}
        />
      </label>
      {text.trim() ? (
        <button class="btn" type="submit" disabled={busy}>
          Add note
        </button>
      ) : null}
    </form>
  )
}

/** Newest first: what the rule did, and what people wrote and decided. */
function activityOf(alert: AlertDetail): Entry[] {
  const entries: Entry[] = [
    {
      at: alert.raisedAt,
      icon: 'alerts',
      text: isOwn(alert) ? alert.ruleName : `${alert.ruleName} fired`,
      by: null,
    },
    ...alert.notes.map((note) => ({ at: note.at, icon: 'note' as const, text: note.text, by: note.by })),
  ]
  for (const one of alert.activity) entries.push(changeOf(alert, one))
  return entries.toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

function changeOf(alert: AlertDetail, { at, by, did, value, detail }: ActivityView): Entry {
  if (did === 'assignee') {
    const text =
      value === null ? 'took the assignment back' : value === by ? 'took it' : `assigned it to ${value}`
    return { at, by, icon: 'users', text }
  }
  if (did === 'step') {
    const title = alert.respond.find((step) => step.id === value)?.title ?? value ?? ''
    return { at, by, icon: 'check', text: `${detail === 'done' ? 'did' : 'has not done'}: ${title}` }
  }
  const reason = value === 'closed' && detail ? `: ${reasonWord(detail as CloseReason)}` : ''
  return { at, by, icon: 'done', text: `set it to ${statusWord((value ?? 'open') as Status, null)}${reason}` }
}
