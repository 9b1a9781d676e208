/** Who did what, and when. Read only: nothing here can be changed by anyone. */
import { useEffect, useState } from 'preact/hooks'
import { failureText } from '../../api/request.ts'
import { type AuditView, getAudit } from '../../api/settings.ts'
import { Icon } from '../../parts/icon.tsx'
import { JsonCode } from '../../parts/json-code.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { clockTime, exactTime, shortDate } from '../../text/age.ts'
import { auditWords, type ChangedField, changedFields } from '../../text/audit.ts'

const NONE: ReadonlySet<string> = new Set()
// Looked through at once for what a filter asks for.
const PAGES_AT_ONCE = 5
// Fields of a change; all of them are under its details.
const MOST_SHOWN = 6
const LONGEST = 120

export function AuditTab() {
  const [entries, setEntries] = useState<AuditView[] | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const [wanted, setWanted] = useState('')
  const read = async (from: string | null, known: AuditView[]) => {
    setWhy(null)
    try {
      let next = from
      const all = [...known]
      for (let i = 0; i < (known.length === 0 ? 1 : PAGES_AT_ONCE); i++) {
        const page = await getAudit(next)
        all.push(...page.audit)
        next = page.nextCursor
        if (next === null) break
      }
      setEntries(all)
      setCursor(next)
    } catch (cause) {
      setWhy(failureText(cause))
    }
  }
  useEffect(() => void read(null, []), [])
  const word = wanted.trim().toLowerCase()
  const shown = (entries ?? []).filter((one) =>
    `${one.actor} ${one.verb} ${one.subject} ${JSON.stringify([one.detail, one.before, one.after])}`
      .toLowerCase()
      .includes(word),
  )
  return (
    <Panel title="Audit log" note="who changed what; it cannot be edited">
      {!entries ? (
        why ? (
          <Failed what="The audit log could not be read" why={why} retry={() => void read(null, [])} />
        ) : (
          <Skeleton rows={8} label="Loading the audit log" />
        )
      ) : (
        <>
          <div class="panel__body">
            <input
              class="input"
              type="search"
              placeholder="Find by person, action or anything in it"
              aria-label="Find in the audit log"
              value={wanted}
              onInput={(event) => setWanted(event.currentTarget.value)}
            />
          </div>
          {shown.length === 0 ? (
            <Empty icon="search-x" title={`Nothing of this in the newest ${entries.length} entries`} />
          ) : (
            <ol class="trail" aria-label="Entries, newest first">
              {shown.map((entry) => (
                <Entry entry={entry} key={entry.id} />
              ))}
            </ol>
          )}
          {why ? <p class="stale">{why}</p> : null}
          {cursor ? (
            <div class="older">
              <button class="btn" type="button" onClick={() => void read(cursor, entries)}>
                Show older ones
              </button>
            </div>
          ) : null}
        </>
      )}
    </Panel>
  )
}

function Entry({ entry }: { entry: AuditView }) {
  const [open, setOpen] = useState(false)
  const { detail, before, after } = entry
  const changed = changedFields(before, after)
  return (
    <li class="trail__entry">
      <time class="mono" dateTime={entry.at} title={exactTime(entry.at)}>
        {shortDate(entry.at)} {clockTime(entry.at)}
      </time>
      <div>
        <p>
          <b>
            <Hostile text={entry.actor} />
          </b>{' '}
          {auditWords(entry.verb)} <Hostile text={entry.subject} />
        </p>
        <ul class="trail__changes">
          {changed.slice(0, MOST_SHOWN).map((field) => (
            <Field field={field} key={field.path} />
          ))}
          {changed.length > MOST_SHOWN ? <li>and {changed.length - MOST_SHOWN} more</li> : null}
        </ul>
        {detail === null && before === null && after === null ? null : (
          <details class="disclose" onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>
              <Icon name="right" small />
              Details
            </summary>
            {open ? (
              <div class="code">
                <JsonCode document={{ detail, before, after }} hits={NONE} label="Details as JSON" />
              </div>
            ) : null}
          </details>
        )}
      </div>
    </li>
  )
}

function Field({ field: { path, was, is, isList } }: { field: ChangedField }) {
  const lost = <Side as="del" text={was} />
  const gained = <Side as="ins" text={is} />
  return (
    <li>
      <Hostile text={path} />{' '}
      {isList ? (
        <>
          {was === null ? null : <>without {lost} </>}
          {is === null ? null : <>with {gained}</>}
        </>
      ) : (
        <>
          {lost} → {gained}
        </>
      )}
    </li>
  )
}

function Side({ as: Tag, text }: { as: 'del' | 'ins'; text: string | null }) {
  if (text === null) return <i>nothing</i>
  return (
    <Tag>
      <Hostile text={text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text} />
    </Tag>
  )
}
