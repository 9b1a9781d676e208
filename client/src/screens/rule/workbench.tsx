/** A rule of one's own, being written: text, what is wrong with it, what it would raise, and publishing it. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Failure, failureText } from '../../api/request.ts'
import { getRule, getRuleText, postRule, putRule } from '../../api/rules.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { type EditorProblem, QueryEditor } from '../../parts/query-editor.tsx'
import { Hostile } from '../../parts/text.tsx'
import { navigate } from '../../router.ts'
import { plural } from '../../text/words.ts'
import { topScalar } from '../../text/yaml-scalar.ts'
import { showToast } from '../../toast.ts'
import { BackTestPanel } from './back-test.tsx'
import { RuleCrumbs } from './crumbs.tsx'
import { DeleteRule } from './delete-rule.tsx'
import { Downloads } from './downloads.tsx'
import { keepDraft, recallDraft } from './draft.ts'
import { checksOf, Gate, isPublishable } from './gate.tsx'
import type { SavedRule, Tab } from './saved.ts'
import { Settings } from './settings.tsx'
import { useDrill } from './use-drill.ts'
import { useReview } from './use-review.ts'
import { TRIAL_DAYS, useTrial } from './use-trial.ts'

type Props = {
  /** Null: a rule that is not saved yet, which begins as `template`. */
  saved: SavedRule | null
  template?: string
  receive: (saved: SavedRule) => void
  tab: Tab
  /** The tabs, and what the others show. */
  under?: ComponentChildren
}

export function Workbench(props: Props) {
  const { saved } = props
  const key = saved?.rule.id ?? 'new'
  const start = saved?.text ?? props.template ?? ''
  const [draft, setDraft] = useState(
    () => recallDraft(key) ?? { text: start, version: saved?.rule.version ?? null },
  )
  const { text } = draft
  const changed = text !== start
  const edit = (next: string) => {
    const version = changed ? draft.version : (saved?.rule.version ?? null)
    setDraft({ text: next, version })
    keepDraft(key, next === start ? null : { text: next, version })
  }
  const discard = (to = start, version = saved?.rule.version ?? null) => {
    keepDraft(key, null)
    setDraft({ text: to, version })
  }
  const [conflict, setConflict] = useState<SavedRule | null>(null)
  const [refusal, setRefusal] = useState<{ text: string; why: string; problems: EditorProblem[] } | null>(
    null,
  )
  const [busy, setBusy] = useState(false)
  const review = useReview(text, true)
  const trial = useTrial(saved?.rule.id ?? null, text)
  const drill = useDrill(topScalar(text, 'drill'), text, trial)
  const checks = checksOf(review, trial, drill, TRIAL_DAYS)
  const publishable = isPublishable(checks) && (changed || !saved) && !busy

  const publish = async (over = false) => {
    setBusy(true)
    setRefusal(null)
    try {
      const after = saved
        ? await putRule(saved.rule.id, text, over ? null : draft.version)
        : await postRule(text)
      setConflict(null)
      keepDraft(key, null)
      showToast(saved ? `Published as version ${after.version}` : 'Published')
      if (!saved || after.id !== saved.rule.id) navigate(`/rules/${encodeURIComponent(after.id)}`)
      else {
        const read = await readSaved(after.id)
        props.receive(read)
        setDraft({ text: read.text, version: read.rule.version })
      }
    } catch (cause) {
      if (cause instanceof Failure && cause.status === 412 && saved)
        setConflict(await readSaved(saved.rule.id))
      else {
        const errors = cause instanceof Failure ? (cause.problem?.errors ?? []) : []
        setRefusal({
          text,
          why: failureText(cause),
          problems: errors.map((one) => ({ ...one, hint: one.hint ?? null, severity: 'error' as const })),
        })
      }
    }
    setBusy(false)
  }

  const name = topScalar(text, 'name') ?? saved?.rule.name ?? 'New rule'
  return (
    <>
      <RuleCrumbs name={name} />
      <header class="page-head">
        <div class="page-head__text">
          <h1 class="page-title">
            <Hostile text={name} />
          </h1>
          <p class="page-sub">{standing(saved, changed)}</p>
        </div>
        <div class="page-actions">
          {saved ? <Downloads rule={saved.rule} /> : null}
          {saved ? <DeleteRule rule={saved.rule} /> : null}
          {changed ? (
            <button
              class="btn"
              type="button"
              onClick={() => {
                const before = draft
                discard()
                showToast('Draft discarded', () => {
                  setDraft(before)
                  keepDraft(key, before)
                })
              }}
            >
              Discard draft
            </button>
          ) : null}
          <button
            class="btn btn--primary"
            type="button"
            disabled={!publishable}
            aria-describedby="before-publishing"
            onClick={() => void publish()}
          >
            {busy ? 'Publishing…' : 'Publish'}
          </button>
        </div>
      </header>
      {conflict ? (
        <div class="callout callout--warn conflict" role="alert">
          <Icon name="warn" small />
          <div class="callout__body">
            <b>Someone published version {conflict.rule.version} while you wrote.</b> Yours began from version{' '}
            {draft.version}. It was not published.
          </div>
          <button class="btn btn--sm" type="button" disabled={busy} onClick={() => void publish(true)}>
            Publish mine over it
          </button>
          <button
            class="btn btn--sm btn--ghost"
            type="button"
            onClick={() => {
              props.receive(conflict)
              discard(conflict.text, conflict.rule.version)
              setConflict(null)
            }}
          >
            Discard mine, show theirs
          </button>
        </div>
      ) : null}
      {refusal && refusal.text === text && refusal.problems.length === 0 ? (
        <div class="callout callout--warn conflict" role="alert">
          <Icon name="warn" small />
          <div class="callout__body">
            Not published: <Hostile text={refusal.why} />
          </div>
        </div>
      ) : null}
      {props.under}
      {props.tab === '' ? (
        <div class="rule-grid">
          <div class="stack">
            <Panel
              title="Rule file"
              note={review.why ? `not checked: ${review.why}` : 'checked as you type'}
              aside={
                review.why ? (
                  <button class="btn btn--sm" type="button" onClick={review.again}>
                    Check again
                  </button>
                ) : null
              }
            >
              <QueryEditor
                numbered
                language="yaml"
                label="Rule file in YAML"
                text={text}
                onText={edit}
                problems={refusal?.text === text ? refusal.problems : review.problems}
                onRun={() => void trial.run()}
              />
            </Panel>
            <BackTestPanel trial={trial} hindrance={hindranceOf(review.problems)} />
          </div>
          <Panel title="Settings" class="rule-side">
            <div class="panel__body">
              <Settings text={text} onText={edit} />
              <hr />
              <Gate id="before-publishing" checks={checks} />
            </div>
          </Panel>
        </div>
      ) : null}
    </>
  )
}

async function readSaved(id: string): Promise<SavedRule> {
  const [rule, text] = await Promise.all([getRule(id), getRuleText(id)])
  return { rule, text }
}

function standing(saved: SavedRule | null, changed: boolean): string {
  if (!saved) return 'Not saved yet; nothing runs until you publish.'
  const now = `Version ${saved.rule.version} is ${saved.rule.enabled ? 'on' : 'off'}.`
  return changed ? `${now} You are editing a draft; nothing changes until you publish.` : now
}

function hindranceOf(problems: readonly EditorProblem[]): string | null {
  const errors = problems.filter((one) => one.severity === 'error')
  if (errors.length === 0) return null
  const { line } = errors[0]!
  return `Fix ${errors.length === 1 && line !== null ? `line ${line}` : plural(errors.length, 'error')} to run it.`
}
