import { useState } from 'preact/hooks'
import { Icon } from '../../parts/icon.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { shortDate, shortTime } from '../../text/age.ts'
import { QUICK_RANGES, rangeWords, readWhen } from '../../text/when.ts'

type Range = { from: string; to: string }
type Props = Range & { onRange: (range: Range) => void }

/** What is no time is shown as it stands in the address; the answer says what is wrong with it. */
export const pointWords = (at: string): string =>
  Number.isNaN(Date.parse(at)) ? at : `${shortDate(at)} ${shortTime(at)}`

export function TimeRange(props: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button class="btn query__time" type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="calendar" />
        {rangeWords(props.from, props.to, pointWords)}
        <Icon name="chev" class="icon--chev" />
      </button>
      {open ? <RangeSheet {...props} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function RangeSheet(props: Props & { onClose: () => void }) {
  const [from, setFrom] = useState(shown(props.from))
  const [to, setTo] = useState(shown(props.to) || 'now')
  const [tried, setTried] = useState(false)
  const choose = (range: Range) => {
    props.onClose()
    props.onRange(range)
  }
  const read = { from: readWhen(from), to: readWhen(to) }
  const apply = () => {
    setTried(true)
    if (read.from === null || read.to === null) return
    choose({ from: read.from, to: read.to === 'now' ? '' : read.to })
  }
  return (
    <Sheet class="sheet--menu" label="Time range" onClose={props.onClose}>
      <p class="palette__group">Time range</p>
      {QUICK_RANGES.map((quick) => (
        <button
          class="palette__item"
          type="button"
          key={quick.title}
          aria-current={props.to === '' && props.from === quick.from ? 'true' : undefined}
          onClick={() => choose({ from: quick.from, to: '' })}
        >
          <Icon name="clock" />
          <span>{quick.title}</span>
        </button>
      ))}
      <form
        class="form timepick"
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        <When label="From" text={from} onText={setFrom} wrong={tried && read.from === null} />
        <When label="To" text={to} onText={setTo} wrong={tried && read.to === null} />
        <p class="field__hint">
          Such as <code>2026-10-13 14:30</code> (the time here), <code>-3h</code> or <code>now</code>.
        </p>
        <button class="btn btn--primary" type="submit">
          Apply
        </button>
      </form>
    </Sheet>
  )
}

function When(props: { label: string; text: string; onText: (text: string) => void; wrong: boolean }) {
  return (
    <label class="field">
      <span class="field__label">{props.label}</span>
      <input
        class="input"
        value={props.text}
        aria-invalid={props.wrong ? 'true' : undefined}
        onInput={(event) => props.onText(event.currentTarget.value)}
      />
      {props.wrong ? (
        <span class="field__error" role="alert">
          <Icon name="warn" small />
          This is no time that can be read
        </span>
      ) : null}
    </label>
  )
}

/** A moment as the box takes it back. */
function shown(at: string): string {
  if (at === '' || at.startsWith('now')) return at
  const moment = new Date(at)
  if (Number.isNaN(moment.getTime())) return at
  const two = (n: number) => String(n).padStart(2, '0')
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-')
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`
}
