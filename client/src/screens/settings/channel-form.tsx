/** Making, changing and deleting a channel. */
import { useState } from 'preact/hooks'
import type { ChannelKind } from '../../../../server/domain/channel.ts'
import { type ChannelView, deleteChannel, patchChannel, postChannel } from '../../api/channels.ts'
import { failureText } from '../../api/request.ts'
import { Icon } from '../../parts/icon.tsx'
import { Select } from '../../parts/select.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { visible } from '../../text/visible.ts'
import { showToast } from '../../toast.ts'
import { configFrom, isKept, shownIn } from './channel-config.ts'
import { type Field, KINDS } from './channel-kinds.ts'
import { WhenAndWhat, whenAndWhatFrom } from './channel-when.tsx'

const KIND_OPTIONS = (Object.keys(KINDS) as ChannelKind[]).map((kind) => [kind, KINDS[kind].word] as const)

type Props = { of: ChannelView | null; onClose: () => void; onDone: () => void }

export function ChannelSheet({ of: channel, onClose, onDone }: Props) {
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? 'email')
  const [why, setWhy] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const { fields, word } = KINDS[kind]
  const save = async (form: FormData) => {
    setBusy(true)
    const typed = form.get('name')
    const name = (typeof typed === 'string' && typed.trim()) || word
    const config = configFrom(fields, form, channel?.config ?? {})
    const when = whenAndWhatFrom(form)
    try {
      if (channel) await patchChannel(channel, { name, config, ...when })
      else {
        const { digest, quiet, users, rules, drills } = when
        await postChannel({
          name,
          kind,
          config,
          severities: ['low', 'medium', 'high', 'critical'],
          drills,
          ...(digest ? { digest } : {}),
          ...(quiet ? { quiet } : {}),
          ...(users ? { users } : {}),
          ...(rules ? { rules } : {}),
          enabled: true,
        })
      }
      showToast(channel ? 'Channel changed' : 'Channel added: send a test over it')
      onDone()
      onClose()
    } catch (cause) {
      setWhy(failureText(cause))
      setBusy(false)
    }
  }
  const title = channel ? `Change ${visible(channel.name)}` : 'Add a channel'
  return (
    <Sheet class="sheet--wide" label={title} onClose={onClose}>
      <h2>{title}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save(new FormData(event.currentTarget))
        }}
      >
        {channel ? null : (
          <Select label="By which way" shown value={kind} options={KIND_OPTIONS} onChange={setKind} />
        )}
        <label class="field">
          <span class="field__label">Name</span>
          <input
            class="input"
            name="name"
            maxLength={200}
            placeholder={word}
            defaultValue={channel?.name ?? ''}
          />
        </label>
        {fields.map((field) => (
          <ConfigField key={`${kind} ${field.name}`} of={field} channel={channel} />
        ))}
        <WhenAndWhat of={channel} />
        {why ? (
          <p class="field__error" role="alert">
            <Icon name="warn" small />
            {why}
          </p>
        ) : null}
        <div class="page-actions">
          <button class="btn btn--primary" type="submit" disabled={busy}>
            {channel ? 'Save' : 'Add'}
          </button>
          {channel ? <Delete of={channel} onClose={onClose} onDone={onDone} /> : null}
          <button class="btn" type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Sheet>
  )
}

function ConfigField({ of: field, channel }: { of: Field; channel: ChannelView | null }) {
  const config = channel?.config ?? {}
  const { name, label, hint, example, as } = field
  if (as === 'tick')
    return (
      <label class="tick">
        <input type="checkbox" name={name} defaultChecked={config[name] === true} />
        <span>
          {label}
          {hint ? <span class="cell-sub">{hint}</span> : null}
        </span>
      </label>
    )
  const kept = isKept(field, config)
  const common = {
    name,
    required: field.needed === true && !kept,
    placeholder: kept ? 'kept as it is' : example,
    spellcheck: false,
    autocapitalize: 'none' as const,
  }
  return (
    <label class="field">
      <span class="field__label">{label}</span>
      {as === 'list' || as === 'long' || as === 'headers' ? (
        <textarea class="input textarea" rows={2} {...common} defaultValue={shownIn(field, config)} />
      ) : as === 'secret' ? (
        <input class="input" type="password" autocomplete="new-password" {...common} />
      ) : (
        <input
          class="input"
          inputMode={as === 'number' ? 'numeric' : 'text'}
          autocomplete="off"
          {...common}
          defaultValue={shownIn(field, config)}
        />
      )}
      {hint ? <span class="field__hint">{hint}</span> : null}
    </label>
  )
}

function Delete({
  of: channel,
  onClose,
  onDone,
}: {
  of: ChannelView
  onClose: () => void
  onDone: () => void
}) {
  const [sure, setSure] = useState(false)
  const remove = async () => {
    try {
      await deleteChannel(channel.id)
      showToast('Channel deleted')
      onDone()
    } catch (cause) {
      showToast(failureText(cause))
    }
    onClose()
  }
  return (
    <button class="btn btn--danger" type="button" onClick={() => (sure ? void remove() : setSure(true))}>
      {sure ? 'Delete for good' : 'Delete…'}
    </button>
  )
}
