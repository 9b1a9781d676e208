/** Records that could not be kept as events: why, what to do, and sending them through again. */
import { useState } from 'preact/hooks'
import { failureText } from '../../api/request.ts'
import { getRejected, postReplay, type RejectedView } from '../../api/sources.ts'
import { Age } from '../../parts/age.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { mayWrite } from '../../session.ts'
import { plural } from '../../text/words.ts'
import { showToast } from '../../toast.ts'

const PAGE = 100
// Longer records are read as a file.
const MOST_SHOWN = 4000

export function RejectedPanel() {
  const read = useRead('rejected', (signal) => getRejected(PAGE, null, signal))
  const [busy, setBusy] = useState(false)
  const waiting = (read.data?.rejected ?? []).filter((one) => one.replayedAt === null)
  const groups = [...Map.groupBy(waiting, (one) => JSON.stringify([one.code, one.source])).values()]
  const replay = async (records: readonly RejectedView[]) => {
    setBusy(true)
    let accepted = 0
    let why = ''
    for (const { id } of records) {
      try {
        accepted += (await postReplay(id)).accepted
      } catch (cause) {
        why = failureText(cause)
      }
    }
    setBusy(false)
    showToast(
      accepted === records.length
        ? `${plural(accepted, 'record')} went through`
        : `${plural(accepted, 'record')} of ${records.length} went through. ${why}`,
    )
    read.again()
  }
  return (
    <Panel
      id="rejected"
      title="Rejected records"
      note={
        waiting.length === 0
          ? undefined
          : `${read.data?.nextCursor ? 'the newest ' : ''}${waiting.length}, kept until they are sent through again`
      }
    >
      {!read.data ? (
        read.why ? (
          <Failed what="The rejected records could not be read" why={read.why} retry={read.again} />
        ) : (
          <Skeleton rows={2} label="Loading rejected records" />
        )
      ) : groups.length === 0 ? (
        <Empty icon="done" title="Nothing was rejected" />
      ) : (
        <ul class="rejects">
          {groups.map((records) => (
            <Group key={records[0]!.id} records={records} busy={busy} onReplay={replay} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

type GroupProps = {
  records: readonly RejectedView[]
  busy: boolean
  onReplay: (records: readonly RejectedView[]) => Promise<void>
}

function Group({ records, busy, onReplay }: GroupProps) {
  const [open, setOpen] = useState(false)
  const first = records[0]!
  return (
    <li class="rejects__group">
      <div class="rejects__head">
        <Icon name="warn" class="c-warn" />
        <p>
          <b>
            <Hostile text={first.detail} />
          </b>
          <span class="cell-sub">
            {plural(records.length, 'record')} from <Hostile text={first.source} />
            {first.dataset ? (
              <>
                {' '}
                as <Hostile text={first.dataset} />
              </>
            ) : null}
            , the newest <Age at={first.receivedAt} suffix=" ago" />. <code>{first.code}</code>
          </span>
        </p>
        {mayWrite() ? (
          <button class="btn btn--sm" type="button" disabled={busy} onClick={() => void onReplay(records)}>
            <Icon name="undo" small />
            Send through again
          </button>
        ) : null}
      </div>
      <details class="disclose" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Icon name="right" small />
          {records.length === 1 ? 'The record' : 'The newest record'}
        </summary>
        {open ? (
          <div class="code">
            <div class="code__head">
              <span class="clip">As it was sent</span>
              <Copy label="Copy" text={first.raw} />
            </div>
            <pre tabIndex={0} role="group" aria-label="The record as it was sent">
              <code>
                <Hostile text={first.raw.slice(0, MOST_SHOWN)} />
                {first.raw.length > MOST_SHOWN ? ' …' : ''}
              </code>
            </pre>
          </div>
        ) : null}
      </details>
    </li>
  )
}
