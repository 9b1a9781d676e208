/** Of what a channel is told, and when. */
import type { Severity } from '../../../../server/domain/alert.ts'
import type { Digest, Quiet } from '../../../../server/domain/channel.ts'
import type { ChannelView } from '../../api/channels.ts'
import { SEVERITY_ORDER, SEVERITY_WORDS } from '../../text/words.ts'
import { linesOf } from './channel-config.ts'

export type WhenAndWhatInput = {
  quiet: Quiet | null
  digest: Digest | null
  users: string[] | null
  rules: string[] | null
  drills: boolean
}

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

export function WhenAndWhat({ of: channel }: { of: ChannelView | null }) {
  const { quiet, digest } = channel ?? {}
  return (
    <>
      <fieldset class="field">
        <legend class="field__label">Quiet hours</legend>
        <div class="form__two">
          <Time name="quiet-from" label="From" value={quiet?.from} />
          <Time name="quiet-to" label="To" value={quiet?.to} />
        </div>
        <Severities legend="These get through" name="quiet-except" on={quiet?.except ?? ['critical']} />
        <input type="hidden" name="quiet-zone" value={quiet?.timezone ?? ZONE} />
        <span class="field__hint">
          Empty: told at any hour. Times are those of {quiet?.timezone ?? ZONE}. What is held is sent when
          they end.
        </span>
      </fieldset>
      <fieldset class="field">
        <legend class="field__label">Once a day</legend>
        <Time name="digest-at" label="At" value={digest?.at} />
        <Severities legend="Instead of at once" name="digest-of" on={digest?.severities ?? []} />
        <input type="hidden" name="digest-zone" value={digest?.timezone ?? ZONE} />
        <span class="field__hint">
          Late evidence of closed alerts comes with it. Empty: that alone, at 08:00.
        </span>
      </fieldset>
      <label class="field">
        <span class="field__label">Only these accounts</span>
        <textarea
          class="input textarea"
          name="users"
          rows={1}
          placeholder="*@example.org"
          defaultValue={channel?.users?.join('\n') ?? ''}
          spellcheck={false}
        />
        <span class="field__hint">One a line, * stands for anything. Empty: all.</span>
      </label>
      <label class="field">
        <span class="field__label">Only these rules</span>
        <textarea
          class="input textarea"
          name="rules"
          rows={1}
          defaultValue={channel?.rules?.join('\n') ?? ''}
          spellcheck={false}
        />
        <span class="field__hint">Their ids, one a line. Empty: all.</span>
      </label>
      <label class="tick">
        <input type="checkbox" name="drills" defaultChecked={channel?.drills === true} />
        <span>
          Drills too
          <span class="cell-sub">They say that nothing happened.</span>
        </span>
      </label>
    </>
  )
}

export function whenAndWhatFrom(form: FormData): WhenAndWhatInput {
  const text = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
  const severities = (name: string) =>
    form.getAll(name).filter((one): one is Severity => SEVERITY_ORDER.includes(one as Severity))
  const lines = (name: string) => {
    const list = linesOf(text(name))
    return list.length > 0 ? list : null
  }
  const [from, to, at] = [text('quiet-from'), text('quiet-to'), text('digest-at')]
  return {
    quiet: from && to ? { from, to, timezone: text('quiet-zone'), except: severities('quiet-except') } : null,
    digest: at ? { at, timezone: text('digest-zone'), severities: severities('digest-of') } : null,
    users: lines('users'),
    rules: lines('rules'),
    drills: form.get('drills') !== null,
  }
}

function Time(props: { name: string; label: string; value: string | undefined }) {
  return (
    <label class="field">
      <span class="field__label">{props.label}</span>
      <input class="input" type="time" name={props.name} defaultValue={props.value ?? ''} />
    </label>
  )
}

function Severities(props: { legend: string; name: string; on: readonly Severity[] }) {
  return (
    <div class="ticks" role="group" aria-label={props.legend}>
      <span class="field__hint">{props.legend}</span>
      {SEVERITY_ORDER.map((one) => (
        <label class="tick" key={one}>
          <input type="checkbox" name={props.name} value={one} defaultChecked={props.on.includes(one)} />
          {SEVERITY_WORDS[one]}
        </label>
      ))}
    </div>
  )
}
