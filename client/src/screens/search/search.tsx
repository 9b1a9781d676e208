/** Searching the stored events. The address holds the question. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { getFields, postHistogram, type Question } from '../../api/search.ts'
import { useKeys } from '../../keyboard.ts'
import { Icon } from '../../parts/icon.tsx'
import { QueryEditor } from '../../parts/query-editor.tsx'
import { useRead } from '../../parts/use-read.ts'
import { place } from '../../router.ts'
import { mayWrite } from '../../session.ts'
import { withClause } from '../../text/query-clause.ts'
import { showToast } from '../../toast.ts'
import { pageTitle } from '../../title.ts'
import type { FieldView, SearchEvent } from '../../../../server/domain/api/search.ts'
import { Answer } from './answer.tsx'
import { FieldList, type Wish } from './field-list.tsx'
import { Histogram } from './histogram.tsx'
import { ask, keyOf, questionOf } from './question.ts'
import { leaves } from './results.tsx'
import { SavedSheet } from './saved.tsx'
import { useSuggestions } from './suggestions.tsx'
import { TimeRange } from './time-range.tsx'
import { useSearch } from './use-search.ts'

// The others have the same fields, mostly.
const MOST_LOOKED = 50

export function SearchScreen() {
  const question = questionOf(place.value.query)
  const key = keyOf(question)
  const [text, setText] = useState(question.query)
  const [language, setLanguage] = useState(question.language)
  const [saved, setSaved] = useState(false)
  const area = useRef<HTMLTextAreaElement>(null)
  const search = useSearch(question)
  const fields = useRead('fields', getFields)
  const isSequence = /^\s*(?:sequence|sample)\b/i.test(question.query) && question.language === 'eql'
  const histogram = useRead(`histogram ${key}`, (signal) =>
    isSequence ? Promise.resolve({ buckets: [] }) : postHistogram(question, signal),
  )
  useEffect(() => {
    pageTitle.value = 'Search'
  }, [])
  // Another question in the address: by going back, or by a link.
  useEffect(() => {
    setText(question.query)
    setLanguage(question.language)
  }, [key])

  const run = (change: Partial<Question> = {}) =>
    ask({ ...question, language, query: text, ...change }, () => {
      search.again()
      histogram.again()
    })
  const suggestions = useSuggestions({
    language,
    text,
    question,
    fields: fields.data ?? [],
    area,
    onText: setText,
  })
  const wish = (one: Wish) => {
    const next = withClause(question.language, question.query, one)
    if (next === null) showToast('This query takes no further condition; add it by hand')
    else run({ language: question.language, query: next })
  }
  useKeys({ '/': () => area.current?.focus() })
  // Places in another text than the one that was asked mean nothing.
  const problems = text === question.query && language === question.language ? search.problems : []
  return (
    <>
      <header class="page-head page-head--tight">
        <div class="page-head__text">
          <h1 class="page-title">Search</h1>
        </div>
        <div class="page-actions">
          <button class="btn btn--ghost" type="button" aria-haspopup="dialog" onClick={() => setSaved(true)}>
            <Icon name="save" />
            Saved and hunts
          </button>
        </div>
      </header>
      <form
        class="query"
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          run()
        }}
      >
        <div class="query__row">
          <fieldset class="seg query__lang">
            <legend class="vh">Query language</legend>
            {(['kql', 'eql'] as const).map((one) => (
              <label key={one}>
                <input
                  type="radio"
                  name="language"
                  checked={language === one}
                  onChange={() => setLanguage(one)}
                />
                {one.toUpperCase()}
              </label>
            ))}
          </fieldset>
          <QueryEditor
            language={language}
            label="Query"
            text={text}
            onText={(next) => {
              setText(next)
              suggestions.look()
            }}
            problems={problems}
            onRun={() => run()}
            area={area}
            attributes={{
              ...suggestions.attributes,
              placeholder:
                language === 'kql' ? 'user.email: "name@example.org"' : 'any where event.action == "Send"',
            }}
          >
            {suggestions.list}
          </QueryEditor>
          <TimeRange from={question.from} to={question.to} onRange={(range) => run(range)} />
          <button class="btn btn--primary" type="submit">
            Run <kbd class="kbd wide-only">Ctrl ↵</kbd>
          </button>
        </div>
      </form>
      <Answer
        search={search}
        question={question}
        run={run}
        onWish={isSequence ? null : wish}
        makeRule={
          mayWrite() && question.query.trim()
            ? `/rules/new?${new URLSearchParams({ language: question.language, query: question.query })}`
            : null
        }
        histogram={
          histogram.data && histogram.data.buckets.some(({ count }) => count > 0) ? (
            <Histogram buckets={histogram.data.buckets} onRange={(range) => run(range)} />
          ) : null
        }
        fields={
          <FieldList
            fields={withSeen(fields.data ?? [], search.found?.events ?? [])}
            why={fields.why}
            question={question}
            onWish={isSequence ? null : wish}
          />
        }
      />
      {saved ? (
        <SavedSheet
          question={question}
          onClose={() => setSaved(false)}
          onChoose={(chosen) => {
            setText(chosen.query)
            setLanguage(chosen.language)
            run(chosen)
          }}
        />
      ) : null}
    </>
  )
}

/** Fields are noted a while after the logs came; those of the events on the page are known at once. */
function withSeen(fields: readonly FieldView[], events: readonly SearchEvent[]): FieldView[] {
  const known = new Set(fields.map(({ path }) => path))
  const seen = new Map<string, FieldView>()
  for (const { dataset, fields: document } of events.slice(0, MOST_LOOKED)) {
    for (const [path] of leaves(document)) if (!known.has(path)) seen.set(path, { path, datasets: [dataset] })
  }
  return [...fields, ...seen.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
