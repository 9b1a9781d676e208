/** Rules of other makers, as files or pasted, and what became of each. */
import { useState } from 'preact/hooks'
import type { ImportNoteView, ImportView } from '../../../../server/domain/api.ts'
import { failureText } from '../../api/request.ts'
import { postImport } from '../../api/rules.ts'
import { Icon } from '../../parts/icon.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { Hostile } from '../../parts/text.tsx'
import { KIND_WORDS } from '../../text/rule.ts'
import { formatCount, plural } from '../../text/words.ts'

type Props = { onClose: () => void; onDone: () => void }
type RuleFile = { name: string; content: string }

export function ImportSheet(props: Props) {
  const [files, setFiles] = useState<RuleFile[]>([])
  const [pasted, setPasted] = useState('')
  const [on, setOn] = useState(true)
  const [busy, setBusy] = useState(false)
  const [why, setWhy] = useState<string | null>(null)
  const [report, setReport] = useState<ImportView | null>(null)
  const all = [...files, ...(pasted.trim() ? [{ name: 'Pasted text', content: pasted }] : [])]
  const send = async () => {
    setBusy(true)
    setWhy(null)
    try {
      setReport(await postImport(all, on))
      props.onDone()
    } catch (cause) {
      setWhy(failureText(cause))
    }
    setBusy(false)
  }
  if (report) return <Report report={report} onClose={props.onClose} />
  return (
    <Sheet class="sheet--wide" label="Import rules" onClose={props.onClose}>
      <h2>Import rules</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <p class="soft">
          Sigma (with its correlations and filters), Elastic’s detection rules (TOML), files of ours, or a
          query in EQL. A rule of an id that you have already is replaced.
        </p>
        <label class="field">
          <span class="field__label">Files</span>
          <input
            class="input input--file"
            type="file"
            multiple
            accept=".yml,.yaml,.toml,.eql,.txt,.json"
            onChange={(event) => void read(event.currentTarget.files).then(setFiles)}
          />
        </label>
        <label class="field">
          <span class="field__label">Or paste one</span>
          <textarea
            class="input mono"
            rows={6}
            spellcheck={false}
            value={pasted}
            onInput={(event) => setPasted(event.currentTarget.value)}
          />
        </label>
        <label class="cond">
          <input
            class="check"
            type="checkbox"
            checked={on}
            onChange={(event) => setOn(event.currentTarget.checked)}
          />
          Switch them on; stored logs are looked through too
        </label>
        {why ? (
          <p class="field__error" role="alert">
            <Icon name="warn" small />
            {why}
          </p>
        ) : null}
        <div class="page-actions">
          <button class="btn btn--primary" type="submit" disabled={all.length === 0 || busy}>
            {busy ? 'Importing…' : all.length > 0 ? `Import ${plural(all.length, 'file')}` : 'Import'}
          </button>
          <button class="btn" type="button" onClick={props.onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Sheet>
  )
}

// More rows are no report that anyone reads; their number is told.
const SHOWN = 200

function Report(props: { report: ImportView; onClose: () => void }) {
  const { imported, refused } = props.report
  return (
    <Sheet class="sheet--wide" label="Imported rules" onClose={props.onClose}>
      <h2>
        {plural(imported.length, 'rule')} imported, {formatCount(refused.length)} refused
      </h2>
      <div class="import-report" tabIndex={0} role="group" aria-label="What became of each">
        <table class="table">
          <caption class="vh">What became of each</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">What became of it</th>
            </tr>
          </thead>
          <tbody>
            {refused.slice(0, SHOWN).map((one, i) => (
              <tr key={`r${i}`}>
                <td>
                  <Hostile text={one.name} />
                </td>
                <td>
                  <span class="c-warn">Refused</span>
                  <Notes notes={one.errors} />
                </td>
              </tr>
            ))}
            {imported.slice(0, SHOWN).map((one) => (
              <tr key={one.ruleId}>
                <td>
                  <Hostile text={one.name} />
                </td>
                <td>
                  <a href={`/rules/${encodeURIComponent(one.ruleId)}`} onClick={props.onClose}>
                    <Hostile text={one.ruleId} />
                  </a>
                  <span class="dim">
                    , {KIND_WORDS[one.kind]}
                    {one.enabled ? '' : ', off'}
                  </span>
                  <Notes notes={one.warnings} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {imported.length > SHOWN || refused.length > SHOWN ? (
        <p class="panel__note">The first {SHOWN} of each are shown.</p>
      ) : null}
      <div class="sheet__foot">
        <button class="btn btn--primary" type="button" onClick={props.onClose}>
          Done
        </button>
      </div>
    </Sheet>
  )
}

function Notes(props: { notes: readonly ImportNoteView[] }) {
  return (
    <ul>
      {props.notes.map((note, i) => (
        <li class="rule-desc" key={i}>
          <Hostile text={note.message} />
          {note.hint ? (
            <>
              {'. '}
              <Hostile text={note.hint} />
            </>
          ) : null}
          {note.line === null
            ? ''
            : ` (line ${note.line}${note.column === null ? '' : `, column ${note.column}`})`}
        </li>
      ))}
    </ul>
  )
}

async function read(list: FileList | null): Promise<RuleFile[]> {
  const files = [...(list ?? [])]
  return Promise.all(files.map(async (file) => ({ name: file.name, content: await file.text() })))
}
