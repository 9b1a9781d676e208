import { useState } from 'preact/hooks'
import type {
  Network,
  NetworkKind,
  Organisation,
  ServiceAccount,
} from '../../../../server/domain/organisation.ts'
import { Icon } from '../../parts/icon.tsx'
import { Select } from '../../parts/select.tsx'
import type { Mistakes } from './organisation.tsx'

type Common = { mistakes: Mistakes; readOnly: boolean }

/** A list, one entry a line. A mistake in an entry is told under it. */
export function Lines(
  props: Common & {
    path: keyof Organisation
    label: string
    hint: string
    lines: readonly string[]
    onLines: (lines: string[]) => void
  },
) {
  const read = (text: string) =>
    text
      .split(/[\n,]/)
      .map((line) => line.trim())
      .filter(Boolean)
  const box = useTyped(props.lines, '\n', read, props.onLines)
  const wrong = [...props.mistakes].filter(
    ([path]) => path === props.path || path.startsWith(`${props.path}.`),
  )
  return (
    <label class="field">
      <span class="field__label">{props.label}</span>
      <textarea
        class="input textarea"
        rows={Math.max(2, props.lines.length + 1)}
        spellcheck={false}
        readOnly={props.readOnly}
        aria-invalid={wrong.length > 0 ? 'true' : undefined}
        value={box.text}
        onInput={box.onInput}
      />
      <span class="field__hint">{props.hint}</span>
      {wrong.map(([path, message]) => (
        <Wrong key={path} text={`${props.lines[Number(path.split('.')[1])] ?? ''} ${message}`.trim()} />
      ))}
    </label>
  )
}

const KINDS: readonly (readonly [NetworkKind, string])[] = [
  ['office', 'Office'],
  ['vpn', 'VPN'],
  ['proxy', 'Proxy'],
  ['mobile', 'Mobile carrier'],
]

export function Networks(
  props: Common & { networks: readonly Network[]; onNetworks: (networks: Network[]) => void },
) {
  const { networks, onNetworks } = props
  const set = (i: number, part: Partial<Network>) =>
    onNetworks(networks.map((one, at) => (at === i ? { ...one, ...part } : one)))
  return (
    <fieldset class="field">
      <legend class="field__label">Networks</legend>
      <span class="field__hint">
        Where your people come from: no journey, and no one address that attacks many.
      </span>
      {networks.map((network, i) => (
        <div class="entry" key={i}>
          <Text
            label={`Name of network ${i + 1}`}
            placeholder="Head office"
            value={network.name}
            readOnly={props.readOnly}
            wrong={props.mistakes.get(`networks.${i}.name`)}
            onText={(name) => set(i, { name })}
          />
          <Text
            label={`Addresses of network ${i + 1}`}
            placeholder="192.0.2.0/24"
            value={network.cidr}
            readOnly={props.readOnly}
            wrong={props.mistakes.get(`networks.${i}.cidr`)}
            onText={(cidr) => set(i, { cidr })}
          />
          <Select
            label={`Kind of network ${i + 1}`}
            value={network.kind}
            options={KINDS}
            disabled={props.readOnly}
            onChange={(kind) => set(i, { kind })}
          />
          {props.readOnly ? null : (
            <Remove
              label={`Remove network ${i + 1}`}
              onClick={() => onNetworks(networks.filter((_, at) => at !== i))}
            />
          )}
        </div>
      ))}
      {props.readOnly ? null : (
        <Add
          label="Add a network"
          onClick={() => onNetworks([...networks, { name: '', cidr: '', kind: 'office' }])}
        />
      )}
    </fieldset>
  )
}

export function Accounts(
  props: Common & { accounts: readonly ServiceAccount[]; onAccounts: (accounts: ServiceAccount[]) => void },
) {
  const { accounts, onAccounts } = props
  const set = (i: number, part: Partial<ServiceAccount>) =>
    onAccounts(accounts.map((one, at) => (at === i ? { ...one, ...part } : one)))
  return (
    <fieldset class="field">
      <legend class="field__label">Service accounts</legend>
      <span class="field__hint">
        Accounts of scripts and programs, and what each may do: bulk-send, set-mailbox, mailbox-permission,
        inbox-rule, transport-rule, mail-access, legacy-sign-in, app-consent, delete-mail. All else they do is
        looked at as ever.
      </span>
      {accounts.map((account, i) => (
        <div class="entry" key={i}>
          <Text
            label={`Service account ${i + 1}`}
            placeholder="newsletter@example.org"
            value={account.account}
            readOnly={props.readOnly}
            wrong={props.mistakes.get(`serviceAccounts.${i}.account`)}
            onText={(name) => set(i, { account: name })}
          />
          <Words
            label={`What service account ${i + 1} may do`}
            placeholder="bulk-send"
            words={account.may}
            readOnly={props.readOnly}
            wrong={[...props.mistakes].find(([path]) => path.startsWith(`serviceAccounts.${i}.may`))?.[1]}
            onWords={(may) => set(i, { may })}
          />
          <Text
            label={`Note on service account ${i + 1}`}
            placeholder="What it is for"
            value={account.note}
            readOnly={props.readOnly}
            wrong={props.mistakes.get(`serviceAccounts.${i}.note`)}
            onText={(note) => set(i, { note })}
          />
          {props.readOnly ? null : (
            <Remove
              label={`Remove service account ${i + 1}`}
              onClick={() => onAccounts(accounts.filter((_, at) => at !== i))}
            />
          )}
        </div>
      ))}
      {props.readOnly ? null : (
        <Add
          label="Add a service account"
          onClick={() => onAccounts([...accounts, { account: '', may: [], note: '' }])}
        />
      )}
    </fieldset>
  )
}

function Text(props: {
  label: string
  placeholder: string
  value: string
  readOnly: boolean
  wrong: string | undefined
  onText: (text: string) => void
}) {
  return (
    <label class="entry__text">
      <span class="vh">{props.label}</span>
      <input
        class="input"
        value={props.value}
        placeholder={props.placeholder}
        readOnly={props.readOnly}
        aria-invalid={props.wrong ? 'true' : undefined}
        onInput={(event) => props.onText(event.currentTarget.value)}
      />
      {props.wrong ? <Wrong text={props.wrong} /> : null}
    </label>
  )
}

function Words(props: {
  label: string
  placeholder: string
  words: readonly string[]
  readOnly: boolean
  wrong: string | undefined
  onWords: (words: string[]) => void
}) {
  const box = useTyped(props.words, ', ', (text) => text.split(/[,\s]+/).filter(Boolean), props.onWords)
  return <Text {...props} value={box.text} onText={box.set} />
}

/** A list as text: what was typed stays as it is, while it says the same as the list. */
function useTyped(
  list: readonly string[],
  between: string,
  read: (text: string) => string[],
  onList: (list: string[]) => void,
) {
  const [typed, setTyped] = useState(list.join(between))
  const isSame = read(typed).join('\n') === list.join('\n')
  const set = (text: string) => {
    setTyped(text)
    onList(read(text))
  }
  return {
    text: isSame ? typed : list.join(between),
    set,
    onInput: (event: { currentTarget: HTMLTextAreaElement }) => set(event.currentTarget.value),
  }
}

function Wrong({ text }: { text: string }) {
  return (
    <span class="field__error" role="alert">
      <Icon name="warn" small />
      {text}
    </span>
  )
}

function Add(props: { label: string; onClick: () => void }) {
  return (
    <button class="btn btn--sm" type="button" onClick={props.onClick}>
      <Icon name="plus" small />
      {props.label}
    </button>
  )
}

function Remove(props: { label: string; onClick: () => void }) {
  return (
    <button class="icon-btn" type="button" aria-label={props.label} onClick={props.onClick}>
      <Icon name="x" />
    </button>
  )
}
