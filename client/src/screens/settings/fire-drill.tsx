/** A simulated takeover, played by the clock: whether it was found and told, and how long that took. */
import { useEffect } from 'preact/hooks'
import {
  type FireDrillRunView,
  type FireDrillSchedule,
  type FireDrillView,
  getFireDrill,
  postFireDrill,
  putFireDrill,
} from '../../api/fire-drill.ts'
import { failureText } from '../../api/request.ts'
import { getDrills } from '../../api/sources.ts'
import { typed } from '../../parts/form.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Switch } from '../../parts/switch.tsx'
import { Hostile } from '../../parts/text.tsx'
import { type Read, useRead } from '../../parts/use-read.ts'
import { mayWrite, session } from '../../session.ts'
import { shortDate, shortTime } from '../../text/age.ts'
import { showToast } from '../../toast.ts'

const LOOK_EVERY_MS = 1000

export function FireDrillTab() {
  const read = useRead('fire-drill', getFireDrill)
  const { data, why, again } = read
  const isRunning = data !== null && data.running !== null
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(again, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [isRunning])
  return (
    <Panel
      title="Fire drill"
      note="a made-up takeover of a made-up account, from the port to whoever is told"
      aside={
        mayWrite() ? (
          <button
            class="btn"
            type="button"
            disabled={isRunning}
            onClick={() => void change(read, postFireDrill)}
          >
            <Icon name={isRunning ? 'loader' : 'play'} class={isRunning ? 'spin' : ''} />
            {isRunning ? 'It is running …' : 'Play it now'}
          </button>
        ) : null
      }
    >
      {data ? (
        <>
          <div role="status">{data.runs[0] ? <Outcome of={data.runs[0]} /> : <None />}</div>
          <Schedule read={read} of={data} />
          {data.runs.length > 1 ? <Earlier of={data.runs.slice(1)} /> : null}
        </>
      ) : why ? (
        <Failed what="The fire drills could not be read" why={why} retry={again} />
      ) : (
        <Skeleton rows={5} label="Loading fire drills" />
      )}
    </Panel>
  )
}

async function change(read: Read<FireDrillView>, call: () => Promise<FireDrillView>): Promise<void> {
  try {
    read.set(await call())
  } catch (cause) {
    showToast(failureText(cause))
  }
}

function None() {
  return (
    <Empty icon="play" title="None was played yet">
      It proves that an attack would be found, and that somebody would hear of it. It never counts as real.
    </Empty>
  )
}

function Outcome({ of: run }: { of: FireDrillRunView }) {
  return (
    <>
      <div class="rows">
        <div class="row">
          <span class={`status status--${run.passed ? 'done' : 'warn'}`}>
            <Icon name={run.passed ? 'done' : 'warn'} small />
          </span>
          <p class="row__text">
            <Hostile text={sentence(run)} />
          </p>
        </div>
      </div>
      <ul class="rows" aria-label="The last fire drill, step by step">
        {run.acceptMs === null ? null : (
          <Step name="The port took its logs" state="done" time={run.acceptMs} />
        )}
        {run.rules.map(({ ruleId, name, afterMs }) => (
          <Step key={ruleId} name={name} state={afterMs === null ? 'failed' : 'done'} time={afterMs} />
        ))}
        {run.channels.map(({ id, name, state, afterMs, why }) => (
          <Step
            key={id}
            name={`${name}: ${CHANNEL_WORDS[state]}`}
            state={state === 'told' ? 'done' : state}
            time={afterMs}
            note={why}
          />
        ))}
        {run.passed && run.channels.length === 0 ? (
          <Step name="Nobody is told of drills" state="passed" time={null} note={HINT} />
        ) : null}
      </ul>
    </>
  )
}

const HINT = 'Switch “Drills too” on at a channel under Notifications, and telling is proven as well.'
const CHANNEL_WORDS = {
  told: 'told',
  later: 'will be told when its quiet hours are over, or in its digest',
  passed: 'does not want alerts such as these',
  failed: 'could not be told',
}

type StepProps = {
  name: string
  state: 'done' | 'later' | 'passed' | 'failed'
  time: number | null
  note?: string | null
}
function Step({ name, state, time, note = null }: StepProps) {
  return (
    <li class="row">
      <p class="row__text">
        <Hostile text={name} />
        {note === null ? null : (
          <span class="cell-sub">
            <Hostile text={note} />
          </span>
        )}
      </p>
      {time === null ? null : <span class="row__state">{seconds(time)}</span>}
      <span class={`status status--${state === 'done' ? 'done' : state === 'failed' ? 'warn' : 'idle'}`}>
        <Icon name={state === 'done' ? 'done' : state === 'failed' ? 'warn' : 'clock'} small />
        {state === 'done' ? 'Done' : state === 'failed' ? 'Missing' : 'Not now'}
      </span>
    </li>
  )
}

function Schedule({ read, of: { schedule, next } }: { read: Read<FireDrillView>; of: FireDrillView }) {
  const attacks = useRead('drills', getDrills).data?.filter(({ kind }) => kind === 'attack')
  const state = session.value
  const isAdmin = state.kind === 'in' && state.session.scopes.includes('admin')
  const put = (to: Partial<FireDrillSchedule>) =>
    void change(read, () => putFireDrill({ ...schedule, ...to }))
  const when = next
    ? `next ${shortDate(next)} at ${shortTime(next)}, by the server's clock`
    : 'switched off: only what is played by hand'
  return (
    <form
      class="rows"
      aria-label="The daily fire drill"
      onChange={(event) => {
        const form = event.currentTarget
        if ((event.target as HTMLInputElement).type === 'checkbox') return
        if (!form.checkValidity()) form.reportValidity()
        else put({ time: typed(form, 'time'), scenario: typed(form, 'scenario') })
      }}
      onSubmit={(event) => event.preventDefault()}
    >
      <div class="row">
        {isAdmin ? (
          <Switch
            label="A fire drill every day"
            on={schedule.enabled}
            onChange={(enabled) => put({ enabled })}
          />
        ) : null}
        <p class="row__text">
          <b>Every day</b>
          <span class="cell-sub">{when}</span>
        </p>
        <label class="row__state">
          at{' '}
          <input class="input" type="time" name="time" required value={schedule.time} disabled={!isAdmin} />
        </label>
        <label class="row__text">
          <span class="vh">Attack</span>
          <select class="select" name="scenario" disabled={!isAdmin}>
            {(attacks ?? [{ name: schedule.scenario, title: schedule.scenario }]).map(({ name, title }) => (
              <option key={name} value={name} selected={name === schedule.scenario}>
                {title.split(':')[0]}
              </option>
            ))}
          </select>
        </label>
      </div>
    </form>
  )
}

function Earlier({ of: runs }: { of: readonly FireDrillRunView[] }) {
  return (
    <ul class="rows" aria-label="Earlier fire drills">
      {runs.map((run) => (
        <li class="row" key={run.drill}>
          <p class="row__text">
            <b>
              {shortDate(run.startedAt)}, {shortTime(run.startedAt)}
            </b>
            <span class="cell-sub">
              <Hostile text={run.why ?? times(run)} />
            </span>
          </p>
          <span class={`status status--${run.passed ? 'done' : 'warn'}`}>
            <Icon name={run.passed ? 'done' : 'warn'} small />
            {run.passed ? 'Passed' : 'Failed'}
          </span>
        </li>
      ))}
    </ul>
  )
}

function sentence(run: FireDrillRunView): string {
  const when = `${shortDate(run.startedAt)}, ${shortTime(run.startedAt)}`
  return run.passed ? `Passed ${when}: ${times(run)}.` : `Failed ${when}: ${run.why ?? ''}`
}

function times({ detectMs, notifyMs }: FireDrillRunView): string {
  const found = `found in ${seconds(detectMs ?? 0)}`
  return notifyMs === null ? found : `${found}, told in ${seconds(notifyMs)}`
}

function seconds(time: number): string {
  if (time < 1000) return `${Math.round(time)} ms`
  return time < 10_000 ? `${(time / 1000).toFixed(1)} s` : `${Math.round(time / 1000)} s`
}
