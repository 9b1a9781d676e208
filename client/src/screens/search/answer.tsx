/** What a search found, and how much of it there is; what to do when it found nothing. */
import type { ComponentChild } from 'preact'
import type { Question } from '../../api/search.ts'
import { postSearch } from '../../api/search.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Failed, Skeleton } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-read.ts'
import { csv } from '../../text/csv.ts'
import { valueAtPath } from '../../text/evidence.ts'
import { plainValue } from '../../text/json.ts'
import { rangeWords, wider } from '../../text/when.ts'
import { formatCount, plural } from '../../text/words.ts'
import { save } from '../alerts/export.ts'
import type { Wish } from './field-list.tsx'
import { Results } from './results.tsx'
import { Sequences } from './sequences.tsx'
import { pointWords } from './time-range.tsx'
import type { Found, Search } from './use-search.ts'

// More rows make the page slow; the time range leads to the others.
const MOST_ROWS = 1000

type Props = {
  search: Search
  question: Question
  run: (change: Partial<Question>) => void
  onWish: ((wish: Wish) => void) | null
  makeRule: string | null
  histogram: ComponentChild
  fields: ComponentChild
}

export function Answer(props: Props) {
  const { search, question } = props
  const { found } = search
  if (!found) {
    return (
      <section class="panel" aria-label="Results">
        {search.why ? (
          <Failed what="The search failed" why={search.why} retry={search.again} />
        ) : search.problems.length > 0 ? (
          <Empty icon="search-x" title="The query has a mistake">
            It is marked in the query, with what was expected there.
          </Empty>
        ) : (
          <Skeleton rows={10} label="Searching" />
        )}
      </section>
    )
  }
  const isEmpty = found.events.length === 0 && found.sequences.length === 0
  return (
    <div
      class={search.reading || search.problems.length > 0 ? 'is-dimmed' : undefined}
      aria-busy={search.reading}
    >
      <div class="result-bar">
        <p role="status">
          <Standing found={found} reading={search.reading} />
        </p>
        <div class="page-actions">
          {found.events.length > 0 ? (
            <button class="btn btn--sm btn--ghost" type="button" onClick={() => saveEvents(found)}>
              <Icon name="download" />
              Save as CSV
            </button>
          ) : null}
          {props.makeRule ? (
            <a class="btn btn--sm" href={props.makeRule}>
              <Icon name="plus" />
              Make a rule from this
            </a>
          ) : null}
        </div>
      </div>
      {search.why ? (
        <p class="stale" role="alert">
          <Icon name="warn" small class="c-warn" />
          <span>{search.why} What is shown is the answer before.</span>
          <button class="btn btn--sm" type="button" onClick={search.again}>
            Try again
          </button>
        </p>
      ) : null}
      {props.histogram}
      {isEmpty ? (
        <section class="panel" aria-label="Results">
          <Nothing question={found.question} run={props.run} />
        </section>
      ) : found.sequences.length > 0 ? (
        <Sequences sequences={found.sequences} />
      ) : (
        <div class="search-grid">
          {props.fields}
          <Results events={found.events} onWish={props.onWish} label="Events, newest first" />
        </div>
      )}
      {found.nextCursor === null ? null : found.events.length < MOST_ROWS ? (
        <div class="older">
          <button class="btn" type="button" disabled={search.reading} onClick={search.more}>
            Show older ones
          </button>
        </div>
      ) : (
        <div class="older">
          <button
            class="btn"
            type="button"
            onClick={() => props.run({ ...question, to: found.events.at(-1)!.time })}
          >
            Go on before {pointWords(found.events.at(-1)!.time)}
          </button>
        </div>
      )}
    </div>
  )
}

function Standing({ found, reading }: { found: Found; reading: boolean }) {
  const { total, tookMs, question, events, sequences } = found
  const what = sequences.length > 0 ? 'sequence' : 'event'
  const count = `${total.exact ? '' : 'More than '}${plural(total.value, what)}`
  const shown = events.length + sequences.length
  return (
    <>
      <b>{count}</b>{' '}
      <span class="dim">
        in {formatCount(tookMs)} ms, {inSentence(rangeWords(question.from, question.to, pointWords))}
        {shown < total.value ? `, the newest ${formatCount(shown)} shown` : ''}
        {reading ? '. Searching…' : ''}
      </span>
    </>
  )
}

function inSentence(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1)
}

/** Says what the period holds, so that nobody takes a narrow question for a quiet night. */
function Nothing({ question, run }: { question: Question; run: Props['run'] }) {
  const all = useRead(`all ${question.from} ${question.to}`, (signal) =>
    postSearch({ ...question, language: 'kql', query: '' }, { size: 1 }, signal),
  )
  const next = question.to === '' ? wider(question.from) : null
  const held = all.data?.total
  return (
    <Empty icon="search-x" title="No event meets this">
      {held === undefined ? null : held.value === 0 ? (
        'Nothing at all was logged in this time.'
      ) : (
        <>
          {held.exact ? '' : 'More than '}
          {plural(held.value, 'event')} {held.value === 1 ? 'was' : 'were'} logged in this time.
        </>
      )}{' '}
      {next ? (
        <button class="btn btn--sm" type="button" onClick={() => run({ from: next.from })}>
          Look in: {inSentence(next.title)}
        </button>
      ) : null}{' '}
      {question.query.trim() && held && held.value > 0 ? (
        <button class="btn btn--sm" type="button" onClick={() => run({ language: 'kql', query: '' })}>
          Show what was logged
        </button>
      ) : null}
    </Empty>
  )
}

const COLUMNS = [
  'event.dataset',
  'event.action',
  'event.outcome',
  'user.email',
  'source.ip',
  'source.geo.country_iso_code',
  'email.subject',
]

function saveEvents({ events }: Found): void {
  const rows = events.map(({ id, time, fields }) => [
    time,
    ...COLUMNS.map((path) => {
      const value = valueAtPath(fields, path)
      return value === undefined || value === null ? '' : plainValue(value)
    }),
    id,
  ])
  // The mark tells Excel that it is UTF-8.
  const file = new Blob(['\uFEFF', csv(['time', ...COLUMNS, 'id'], rows)], { type: 'text/csv;charset=utf-8' })
  save(file, 'events.csv')
}
