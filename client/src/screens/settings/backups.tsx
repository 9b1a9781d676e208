/** The backups there are, one more now, and when the daily one is made. */
import { useState } from 'preact/hooks'
import { type BackupScheduleView, type BackupsView, postBackup, putSchedule } from '../../api/keeping.ts'
import { failureText } from '../../api/request.ts'
import { typed } from '../../parts/form.ts'
import { Icon } from '../../parts/icon.tsx'
import { Panel } from '../../parts/panel.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { Switch } from '../../parts/switch.tsx'
import type { Read } from '../../parts/use-read.ts'
import { shortDate, shortTime } from '../../text/age.ts'
import { bytesWord } from '../../text/bytes.ts'
import { plural } from '../../text/words.ts'
import { showToast } from '../../toast.ts'

export function BackupsPanel(props: { read: Read<BackupsView | null>; onMade: () => void }) {
  const { data, why, again } = props.read
  const [making, setMaking] = useState(false)
  const make = async () => {
    setMaking(true)
    try {
      const { file, events } = await postBackup()
      showToast(`${file} holds ${plural(events, 'event')}, and can be restored`)
      props.onMade()
    } catch (cause) {
      showToast(failureText(cause))
    }
    setMaking(false)
    again()
  }
  return (
    <Panel
      title="Backups"
      note="each is restored once before it counts"
      aside={
        <button class="btn" type="button" disabled={making} onClick={() => void make()}>
          <Icon name="download" />
          {making ? 'Backing up …' : 'Back up now'}
        </button>
      }
    >
      {!data ? (
        why ? (
          <Failed what="The backups could not be read" why={why} retry={again} />
        ) : (
          <Skeleton rows={3} label="Loading backups" />
        )
      ) : (
        <>
          {data.failure ? (
            <p class="panel__body field__error">
              <Icon name="warn" small />
              The last one failed {when(data.failure.at)}: {data.failure.detail}
            </p>
          ) : null}
          <Schedule
            of={data.schedule}
            onChange={async (schedule) => props.read.set(await putSchedule(schedule))}
          />
          <Listed of={data} />
        </>
      )}
    </Panel>
  )
}

function Listed({ of: { backups } }: { of: BackupsView }) {
  if (backups.length === 0)
    return (
      <Empty icon="download" title="There is no backup yet">
        It is written to backups/ of the data folder. Copy it to another machine.
      </Empty>
    )
  return (
    <ul class="rows" aria-label="Backups">
      {backups.map(({ file, bytes, at, events, checked }) => (
        <li class="row" key={file}>
          <p class="row__text">
            <b>{when(at)}</b>
            <span class="cell-sub mono">{file}</span>
          </p>
          <p class="row__state">
            {bytesWord(bytes)}
            {events === null ? '' : `, ${plural(events, 'event')}`}
          </p>
          <span class={`status status--${checked ? 'done' : 'warn'}`}>
            <Icon name={checked ? 'done' : 'warn'} small />
            {checked ? 'Checked' : 'Not checked here'}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Schedule(props: {
  of: BackupsView['schedule']
  onChange: (to: BackupScheduleView) => Promise<void>
}) {
  const { enabled, time, keep, next } = props.of
  const change = async (to: Partial<BackupScheduleView>) => {
    try {
      await props.onChange({ enabled, time, keep, ...to })
    } catch (cause) {
      showToast(failureText(cause))
    }
  }
  return (
    <form
      class="rows"
      aria-label="The daily backup"
      onChange={(event) => {
        const form = event.currentTarget
        // The switch has its own.
        if ((event.target as HTMLInputElement).type === 'checkbox') return
        if (!form.checkValidity()) form.reportValidity()
        else void change({ time: typed(form, 'time'), keep: Number(typed(form, 'keep')) })
      }}
      onSubmit={(event) => event.preventDefault()}
    >
      <div class="row">
        <Switch label="A backup every day" on={enabled} onChange={(on) => void change({ enabled: on })} />
        <p class="row__text">
          <b>Every day</b>
          <span class="cell-sub">
            {next ? `next ${shortDate(next)} at ${shortTime(next)}` : 'switched off'}, by the server's clock
          </span>
        </p>
        <label class="row__state">
          at <input class="input" type="time" name="time" required value={time} />
        </label>
        <label class="row__state">
          keep <input class="input" type="number" name="keep" required min={1} max={365} value={keep} />
        </label>
      </div>
    </form>
  )
}

function when(at: string): string {
  return `${shortDate(at)}, ${shortTime(at)}`
}
