/** A rule that came with the product: its numbers may be changed, its query may be copied. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Severity } from '../../../../server/domain/alert.ts'
import type { RuleView } from '../../../../server/domain/api.ts'
import { Failure, failureText } from '../../api/request.ts'
import { getRule, getRuleText, patchRule, type RuleChange } from '../../api/rules.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { QueryEditor } from '../../parts/query-editor.tsx'
import { Select } from '../../parts/select.tsx'
import { Switch } from '../../parts/switch.tsx'
import { Hostile } from '../../parts/text.tsx'
import { mayWrite } from '../../session.ts'
import { changedRule, numberChanges, ruleNumbers } from '../../text/rule-numbers.ts'
import { ruleLine } from '../../text/rule.ts'
import { SEVERITY_ORDER, SEVERITY_WORDS } from '../../text/words.ts'
import { showToast } from '../../toast.ts'
import { BackTestPanel } from './back-test.tsx'
import { RuleCrumbs } from './crumbs.tsx'
import { Downloads } from './downloads.tsx'
import type { SavedRule, Tab } from './saved.ts'
import { useTrial } from './use-trial.ts'

type Props = {
  saved: SavedRule
  receive: (saved: SavedRule) => void
  reload: () => void
  tab: Tab
  under: ComponentChildren
}

export function BuiltIn(props: Props) {
  const { rule, text } = props.saved
  const writing = mayWrite()
  const [severity, setSeverity] = useState<Severity>(rule.severity)
  const [typed, setTyped] = useState<{ [name: string]: string }>({})
  const [why, setWhy] = useState<string | null>(null)
  const changes: RuleChange = {
    ...(severity === rule.severity ? {} : { severity }),
    ...numberChanges(rule, typed),
  }
  const { enabled: _, ...tried } = changes
  const trial = useTrial(rule.id, changedRule(rule, tried))
  const change = async (wanted: RuleChange, said: string, undo: RuleChange | null) => {
    setWhy(null)
    try {
      const after = await patchRule(rule.id, rule.version, wanted)
      props.receive({ rule: { ...rule, ...after }, text: await getRuleText(rule.id) })
      showToast(said, undo && (() => void takeBack(after, undo, props.receive)))
    } catch (cause) {
      setWhy(failureText(cause))
      if (cause instanceof Failure && cause.status === 412) {
        showToast('Not changed: someone changed the rule meanwhile. This is how it is now.')
        props.reload()
      }
    }
  }
  return (
    <>
      <RuleCrumbs name={rule.name} />
      <header class="page-head">
        <div class="page-head__text">
          <h1 class="page-title">
            <Hostile text={rule.name} />
          </h1>
          <p class="page-sub">
            {rule.builtIn ? 'Came with the product, ' : 'A rule of your own, '}
            version {rule.version}, {rule.enabled ? 'on' : 'off'}. <Hostile text={ruleLine(rule)} />.
          </p>
        </div>
        <div class="page-actions">
          <Downloads rule={rule} />
          {writing ? (
            <a class="btn" href={`/rules/new?copy=${encodeURIComponent(rule.id)}`}>
              <Icon name="copy" />
              Copy as my own
            </a>
          ) : null}
        </div>
      </header>
      {props.under}
      {props.tab === '' ? (
        <div class="rule-grid">
          <div class="stack">
            <Panel title="Rule file" note={rule.builtIn ? 'its query is changed in a copy' : 'to be read'}>
              <QueryEditor
                numbered
                readOnly
                language="yaml"
                label="Rule file in YAML"
                text={text}
                onText={() => undefined}
              />
            </Panel>
            <BackTestPanel trial={trial} hindrance={null} />
          </div>
          <Panel title="Settings" class="rule-side">
            <form
              class="panel__body"
              onSubmit={(event) => {
                event.preventDefault()
                void change(changes, 'Changed; stored logs are looked through again', backOf(rule, changes))
              }}
            >
              <div class="cond">
                <Switch
                  label="Enabled"
                  on={rule.enabled}
                  disabled={!writing}
                  onChange={(on) =>
                    void change({ enabled: on }, `The rule is ${on ? 'on' : 'off'}`, { enabled: !on })
                  }
                />
                {rule.enabled ? 'On' : 'Off'}
              </div>
              <Select
                label="Severity"
                shown
                disabled={!writing}
                value={severity}
                options={SEVERITY_ORDER.map((one) => [one, SEVERITY_WORDS[one]] as const)}
                onChange={setSeverity}
              />
              {ruleNumbers(rule).map(({ block, key, label, unit, value, isNumber }) => (
                <label class="field" key={`${block}.${key}`}>
                  <span class="field__label">{label}</span>
                  <input
                    class="input"
                    disabled={!writing}
                    inputMode={isNumber ? 'decimal' : 'text'}
                    autocomplete="off"
                    value={typed[`${block}.${key}`] ?? value}
                    onInput={(event) =>
                      setTyped({ ...typed, [`${block}.${key}`]: event.currentTarget.value })
                    }
                  />
                  <span class="field__hint">{unit}</span>
                </label>
              ))}
              {why ? (
                <p class="field__error" role="alert">
                  <Icon name="warn" small />
                  <span>
                    <Hostile text={why} />
                  </span>
                </p>
              ) : null}
              {writing ? (
                <div class="page-actions">
                  <button class="btn btn--primary" type="submit" disabled={Object.keys(changes).length === 0}>
                    Save
                  </button>
                  <span class="panel__note">
                    {Object.keys(changes).length > 0 ? 'The back-test tries them out first.' : ''}
                  </span>
                </div>
              ) : null}
            </form>
          </Panel>
        </div>
      ) : null}
    </>
  )
}

/** What undoes a change. */
function backOf(rule: RuleView, changes: RuleChange): RuleChange {
  const before = Object.entries(changes).map(([name, change]) => {
    const was = rule[name as keyof RuleView]
    if (typeof change !== 'object') return [name, was]
    const block = was as { [key: string]: unknown }
    return [name, Object.fromEntries(Object.keys(change).map((key) => [key, block[key]]))]
  })
  return Object.fromEntries(before) as RuleChange
}

async function takeBack(after: RuleView, undo: RuleChange, receive: Props['receive']): Promise<void> {
  try {
    await patchRule(after.id, after.version, undo)
    const [rule, text] = await Promise.all([getRule(after.id), getRuleText(after.id)])
    receive({ rule, text })
    showToast('Taken back')
  } catch (cause) {
    showToast(`Not taken back: ${failureText(cause)}`)
  }
}
