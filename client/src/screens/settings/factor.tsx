/** The second factor: an authenticator app, set up with a code to scan, and codes for the day without the phone. */
import { useState } from 'preact/hooks'
import { type FactorProposal, getFactor, postFactor, postFactorOff, putFactor } from '../../api/access.ts'
import { failureText } from '../../api/request.ts'
import { Copy } from '../../parts/copy.tsx'
import { typed } from '../../parts/form.ts'
import { Panel } from '../../parts/panel.tsx'
import { Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { plural } from '../../text/words.ts'
import { showToast } from '../../toast.ts'
import { Why } from './fields.tsx'

type Step =
  { at: 'start' } | { at: 'scan'; proposal: FactorProposal } | { at: 'codes'; codes: readonly string[] }

/** `onDone`: it is set up, and the recovery codes were seen. */
export function FactorPanel({ onDone }: { onDone?: () => void }) {
  const read = useRead('factor', getFactor)
  const [step, setStep] = useState<Step>({ at: 'start' })
  const [why, setWhy] = useState<string | null>(null)
  const attempt = async (what: () => Promise<void>) => {
    try {
      await what()
      setWhy(null)
    } catch (cause) {
      setWhy(failureText(cause))
    }
  }
  const finish = () => {
    setStep({ at: 'start' })
    read.again()
    onDone?.()
  }
  return (
    <Panel title="Second factor" note="a code of an authenticator app, besides the password">
      {!read.data ? (
        read.why ? (
          <Failed what="It could not be read" why={read.why} retry={read.again} />
        ) : (
          <Skeleton rows={2} label="Loading the second factor" />
        )
      ) : step.at === 'codes' ? (
        <Codes codes={step.codes} onDone={finish} />
      ) : step.at === 'scan' ? (
        <Scan
          proposal={step.proposal}
          why={why}
          onCode={(code) =>
            attempt(async () => setStep({ at: 'codes', codes: (await putFactor(code)).recoveryCodes }))
          }
        />
      ) : read.data.on ? (
        <Ask
          says={`It is on. You have ${plural(read.data.recoveryLeft, 'recovery code')} left.`}
          label="To turn it off: a code of the app"
          name="code"
          act="Turn it off"
          why={why}
          onText={(code) =>
            attempt(async () => {
              await postFactorOff(code)
              showToast('The second factor is off')
              read.again()
            })
          }
        />
      ) : (
        <Ask
          says="Whoever has stolen your password gets no further with it."
          label="Your password"
          name="password"
          act="Set it up"
          why={why}
          onText={(password) =>
            attempt(async () => setStep({ at: 'scan', proposal: await postFactor(password) }))
          }
        />
      )}
    </Panel>
  )
}

type AskProps = {
  says: string
  label: string
  name: 'code' | 'password'
  act: string
  why: string | null
  onText: (text: string) => Promise<void>
}
function Ask({ says, label, name, act, why, onText }: AskProps) {
  return (
    <form
      class="panel__body form"
      onSubmit={(event) => {
        event.preventDefault()
        void onText(typed(event.currentTarget, name).trim())
      }}
    >
      <p class="soft">{says}</p>
      <label class="field">
        <span class="field__label">{label}</span>
        {name === 'password' ? (
          <input class="input" type="password" name="password" required autocomplete="current-password" />
        ) : (
          <input class="input" name="code" required autocomplete="one-time-code" />
        )}
      </label>
      <Why why={why} />
      <div class="page-actions">
        <button class="btn" type="submit">
          {act}
        </button>
      </div>
    </form>
  )
}

type ScanProps = { proposal: FactorProposal; why: string | null; onCode: (code: string) => Promise<void> }
function Scan({ proposal: { secret, matrix }, why, onCode }: ScanProps) {
  return (
    <>
      <div class="panel__body stack">
        <p class="soft">Scan this with the app, or type the secret into it.</p>
        <QrCode matrix={matrix} />
        <p class="mono">
          {secret} <Copy text={secret} label="Copy the secret" icon />
        </p>
      </div>
      <Ask
        says=""
        label="The six digits that the app shows"
        name="code"
        act="Turn it on"
        why={why}
        onText={onCode}
      />
    </>
  )
}

/** Dark on light in both themes: cameras do not read it the other way round. */
function QrCode({ matrix }: { matrix: readonly string[] }) {
  const dark = matrix.flatMap((row, y) =>
    Array.from(row).flatMap((cell, x) => (cell === '1' ? [`M${x} ${y}h1v1h-1z`] : [])),
  )
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${matrix.length} ${matrix.length}`}
      role="img"
      aria-label="QR code of the secret"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={dark.join('')} fill="#000" shape-rendering="crispEdges" />
    </svg>
  )
}

function Codes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div class="panel__body stack">
      <p>
        <b>It is on.</b> Each of these codes is good once, for the day on which the phone is gone. They are
        not shown again: put them where the phone is not.
      </p>
      <pre class="mono" aria-label="Recovery codes">
        {codes.join('\n')}
      </pre>
      <div class="page-actions">
        <Copy text={codes.join('\n')} label="Copy the codes" />
        <button class="btn btn--primary" type="button" onClick={onDone}>
          I have kept them
        </button>
      </div>
    </div>
  )
}
