/** The fields that can be asked for; one of them opened with its commonest values among what was found. */
import { useState } from 'preact/hooks'
import type { FieldView } from '../../../../server/domain/api/search.ts'
import type { Json } from '../../../../server/domain/json.ts'
import { postTop, type Question } from '../../api/search.ts'
import { Icon } from '../../parts/icon.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { formatCount, plural } from '../../text/words.ts'
import { visible } from '../../text/visible.ts'
import { keyOf } from './question.ts'

/** What most questions are about, in this order. */
const FIRST = [
  'user.email',
  'event.action',
  'event.outcome',
  'event.dataset',
  'source.ip',
  'source.geo.country_iso_code',
  'vedette.mailbox.change',
  'email.subject',
]
const MOST_SHOWN = 60
const TOP = 6

export type Wish = { field: string; value: Json; exclude: boolean }
type Props = {
  fields: readonly FieldView[]
  why: string | null
  question: Question
  /** Null: this query takes no condition, such as a sequence. */
  onWish: ((wish: Wish) => void) | null
}

export function FieldList(props: Props) {
  const [wanted, setWanted] = useState('')
  const [open, setOpen] = useState<string | null>(null)
  const known = new Set(props.fields.map(({ path }) => path))
  const first = FIRST.filter((path) => known.has(path))
  const paths = [...first, ...props.fields.map(({ path }) => path).filter((path) => !first.includes(path))]
  const word = wanted.trim().toLowerCase()
  const fitting = word === '' ? paths : paths.filter((path) => path.toLowerCase().includes(word))
  const shown = fitting.slice(0, MOST_SHOWN)
  return (
    <aside class="fields" aria-label="Fields">
      <div class="filters__search">
        <Icon name="filter" />
        <input
          class="input"
          type="search"
          placeholder="Find a field"
          aria-label="Find a field"
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      {props.why ? <p class="stale">{props.why}</p> : null}
      {shown.length === 0 ? (
        <p class="fields__head">
          {wanted ? 'No field has this in its name' : 'Fields are noted while logs come in.'}
        </p>
      ) : null}
      <ul>
        {shown.map((path) => (
          <li key={path}>
            <button
              class="fieldrow"
              type="button"
              aria-expanded={open === path}
              onClick={() => setOpen(open === path ? null : path)}
            >
              <Icon name={/(?:^|\.)(?:ip|address)$/.test(path) ? 'globe' : 'type'} small />
              <span class="clip">
                <Hostile text={path} />
              </span>
            </button>
            {open === path ? <TopValues {...props} field={path} /> : null}
          </li>
        ))}
      </ul>
      {fitting.length > shown.length ? (
        <p class="fields__head">
          {plural(fitting.length - shown.length, 'more field')}: type a part of the name
        </p>
      ) : null}
    </aside>
  )
}

function TopValues(props: Props & { field: string }) {
  const { field, question, onWish } = props
  const top = useRead(`${field} ${keyOf(question)}`, (signal) => postTop(question, field, TOP, signal))
  if (top.why) {
    return (
      <p class="fields__head">
        {top.why}{' '}
        <button class="btn btn--sm" type="button" onClick={top.again}>
          Try again
        </button>
      </p>
    )
  }
  if (!top.data) return <p class="fields__head">Counting…</p>
  const { values, other } = top.data
  const total = values.reduce((sum, { count }) => sum + count, other)
  if (total === 0) return <p class="fields__head">No event that was found has it</p>
  return (
    <ul class="topvals" aria-label={`Commonest values of ${visible(field)}`}>
      {values.map(({ value, count }) => {
        const share = Math.round((count / total) * 100)
        const text = String(value)
        return (
          <li class="topval" key={text}>
            <span class="topval__v clip" title={visible(text)}>
              <Hostile text={text === '' ? '(empty)' : text} />
            </span>
            <span class="topval__n" title={plural(count, 'event')}>
              {share === 0 ? '<1' : share}%
            </span>
            {onWish ? (
              <span class="topval__pm">
                <button
                  class="pm"
                  type="button"
                  aria-label={`Only ${visible(text)}`}
                  onClick={() => onWish({ field, value, exclude: false })}
                >
                  +
                </button>
                <button
                  class="pm"
                  type="button"
                  aria-label={`Exclude ${visible(text)}`}
                  onClick={() => onWish({ field, value, exclude: true })}
                >
                  −
                </button>
              </span>
            ) : null}
            <span class="topval__m">
              <span class="meter" aria-hidden="true">
                <svg>
                  <rect class="bar" width={`${share}%`} height="100%" />
                </svg>
              </span>
            </span>
          </li>
        )
      })}
      {other > 0 ? <li class="dim">{formatCount(other)} with other values</li> : null}
    </ul>
  )
}
