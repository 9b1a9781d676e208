import { useState } from 'preact/hooks'
import type { AlertDetail, RespondStep } from '../../../../server/domain/api.ts'
import { putStep } from '../../api/alerts.ts'
import { failureText } from '../../api/request.ts'
import { Age } from '../../parts/age.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Hostile } from '../../parts/text.tsx'
import { mayWrite } from '../../session.ts'
import { showToast } from '../../toast.ts'
import { recall, remember } from '../../theme.ts'
import { type CommandToken, commandTokens } from '../../text/command.ts'
import { visible } from '../../text/visible.ts'
import { plural } from '../../text/words.ts'

type Language = 'powershell' | 'graph'
const LANGUAGES: [Language, string][] = [
  ['powershell', 'PowerShell'],
  ['graph', 'Graph'],
]

export function RespondPanel(props: { alert: AlertDetail; onAlert: (alert: AlertDetail) => void }) {
  const steps = props.alert.respond
  const tick = async (step: RespondStep) => {
    try {
      props.onAlert(await putStep(props.alert.id, step.id, step.done === null))
    } catch (cause) {
      showToast(`Not ticked: ${failureText(cause)}`)
    }
  }
  const [language, setLanguage] = useState<Language>(recall('commands') === 'graph' ? 'graph' : 'powershell')
  const choose = (next: Language) => {
    setLanguage(next)
    remember('commands', next)
  }
  // The first step, and the first command, are there to read without a press.
  const firstCommand = steps.findIndex((step) => Object.keys(step.commands).length > 0)
  // What is done on a host itself has one language, and no choice.
  const hasChoice = steps.some((step) => step.commands.powershell || step.commands.graph)
  return (
    <Panel
      class="respond"
      id="respond"
      title="What to do now"
      note={
        steps.length > 0
          ? `${steps.filter(({ done }) => done).length} of ${plural(steps.length, 'step')} done`
          : null
      }
      aside={
        hasChoice ? (
          <fieldset class="seg">
            <legend class="vh">Command language</legend>
            {LANGUAGES.map(([name, label]) => (
              <label key={name}>
                <input
                  type="radio"
                  name="language"
                  checked={language === name}
                  onChange={() => choose(name)}
                />
                {label}
              </label>
            ))}
          </fieldset>
        ) : null
      }
    >
      {steps.length === 0 ? (
        <p class="panel__body soft">This rule names no steps. Look at the evidence, then at the account.</p>
      ) : (
        <ol class="steps">
          {steps.map((step, i) => (
            <Step
              key={step.id}
              step={step}
              open={i === 0 || i === firstCommand}
              language={language}
              onTick={mayWrite() ? () => void tick(step) : null}
            />
          ))}
        </ol>
      )}
      <p class="panel__foot">
        <Icon name="info" small />
        Vedette never changes your tenant or your hosts. You run the commands.
      </p>
    </Panel>
  )
}

type StepProps = {
  step: RespondStep
  open: boolean
  language: Language
  /** Null: this person may not. */
  onTick: (() => void) | null
}

function Step(props: StepProps) {
  const { step, language } = props
  const chosen = step.commands[language]
  const [other, otherLabel] = LANGUAGES.find(([name]) => name !== language)!
  const elsewhere = chosen === undefined ? step.commands[other] : undefined
  const command = chosen ?? elsewhere ?? step.commands.shell
  return (
    <li class="step">
      <input
        class="step__tick"
        type="checkbox"
        aria-label={`Done: ${step.title}`}
        checked={step.done !== null}
        disabled={props.onTick === null}
        onChange={(event) => {
          // What is shown is what the server holds.
          event.currentTarget.checked = step.done !== null
          props.onTick?.()
        }}
      />
      <details class="step__body" open={props.open}>
        <summary class="step__title">
          {step.title}
          <Icon name="chev" small />
        </summary>
        {step.done ? (
          <p class="step__why dim">
            Done by <Hostile text={step.done.by} />, <Age at={step.done.at} suffix=" ago" />
          </p>
        ) : null}
        <p class="step__why">{step.what}</p>
        {command === undefined ? null : (
          <>
            {elsewhere === undefined ? null : <p class="step__why dim">Only in {otherLabel}:</p>}
            <div class="code code--wrap">
              <pre tabIndex={0} role="group" aria-label={`Command: ${step.title}`}>
                <code>
                  {/* Line by line, so that escapes of hidden characters do not swallow the line ends. */}
                  {command.split('\n').map((line, i) => (
                    <span key={i}>
                      <CommandLine line={line} />
                      {'\n'}
                    </span>
                  ))}
                </code>
              </pre>
              <Copy class="code__copy" icon label={`Copy the command: ${step.title}`} text={command} />
            </div>
          </>
        )}
        {step.undo ? <p class="step__why dim">To take it back: {step.undo}</p> : null}
      </details>
    </li>
  )
}

const TOKEN_CLASS: Record<CommandToken['kind'], string> = {
  verb: 'k',
  string: 's',
  parameter: 'nb',
  plain: '',
}

function CommandLine(props: { line: string }) {
  return (
    <>
      {commandTokens(props.line).map((token, i) =>
        token.kind === 'plain' ? (
          visible(token.text)
        ) : (
          <span class={TOKEN_CLASS[token.kind]} key={i}>
            {visible(token.text)}
          </span>
        ),
      )}
    </>
  )
}
