/** Searches to begin with: those that people keep, those of the rules, and the last ones of this browser. */
import { useState } from 'preact/hooks'
import { getRules } from '../../api/rules.ts'
import { failureText } from '../../api/request.ts'
import {
  deleteSavedSearch,
  getSavedSearches,
  postSavedSearch,
  type Question,
  type SearchLanguage,
} from '../../api/search.ts'
import { Icon } from '../../parts/icon.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { Hostile } from '../../parts/text.tsx'
import { useRead } from '../../parts/use-read.ts'
import { mayWrite } from '../../session.ts'
import { showToast } from '../../toast.ts'
import { visible } from '../../text/visible.ts'
import { recentSearches } from './question.ts'

type Chosen = { language: SearchLanguage; query: string }
type Props = { question: Question; onChoose: (chosen: Chosen) => void; onClose: () => void }
type Entry = Chosen & { name: string; group: string; id?: string }

export function SavedSheet(props: Props) {
  const [wanted, setWanted] = useState('')
  const saved = useRead('searches', getSavedSearches)
  const rules = useRead('hunts', getRules)
  const entries: Entry[] = [
    ...(saved.data ?? []).map((one) => ({ ...one, group: 'Saved' })),
    ...recentSearches().map((one) => ({ ...one, name: one.query, group: 'Recent in this browser' })),
    ...(rules.data ?? []).flatMap((rule) =>
      rule.hunt.map(({ title, language, query }) => ({
        name: title,
        language,
        query,
        group: `Hunts of: ${rule.name}`,
      })),
    ),
  ]
  const word = wanted.trim().toLowerCase()
  const shown = entries.filter((one) => `${one.name} ${one.group} ${one.query}`.toLowerCase().includes(word))
  const forget = async (id: string) => {
    try {
      await deleteSavedSearch(id)
      saved.again()
    } catch (cause) {
      showToast(failureText(cause))
    }
  }
  return (
    <Sheet class="sheet--wide" label="Saved searches" onClose={props.onClose}>
      <h2>Saved searches and hunts</h2>
      {mayWrite() && props.question.query.trim() ? (
        <Keep question={props.question} onKept={saved.again} />
      ) : null}
      <input
        class="input"
        type="search"
        placeholder="Find by name or query"
        aria-label="Find by name or query"
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      {(saved.why ?? rules.why) ? (
        <p class="stale" role="status">
          <Icon name="warn" small class="c-warn" />
          <span>{saved.why ?? rules.why}</span>
        </p>
      ) : null}
      <div class="saved" tabIndex={0} role="group" aria-label="Searches">
        {shown.map((one, i) => (
          <div key={`${one.group} ${one.name} ${i}`}>
            {one.group === shown[i - 1]?.group ? null : (
              <p class="palette__group">
                <Hostile text={one.group} />
              </p>
            )}
            <div class="saved__row">
              <button
                class="palette__item"
                type="button"
                onClick={() => {
                  props.onClose()
                  props.onChoose({ language: one.language, query: one.query })
                }}
              >
                <Icon
                  name={one.group === 'Saved' ? 'save' : one.group.startsWith('Hunts') ? 'search' : 'history'}
                />
                <span>
                  <Hostile text={one.name} />
                  {one.name === one.query ? null : (
                    <span class="palette__hint clip">{visible(one.query)}</span>
                  )}
                </span>
                <span class="tag">{one.language.toUpperCase()}</span>
              </button>
              {one.id && mayWrite() ? (
                <button
                  class="icon-btn"
                  type="button"
                  aria-label={`Forget ${visible(one.name)}`}
                  onClick={() => void forget(one.id!)}
                >
                  <Icon name="x" />
                </button>
              ) : null}
            </div>
          </div>
        ))}
        {shown.length === 0 ? <p class="dim">Nothing here yet</p> : null}
      </div>
    </Sheet>
  )
}

function Keep({ question, onKept }: { question: Question; onKept: () => void }) {
  const [name, setName] = useState('')
  const [why, setWhy] = useState<string | null>(null)
  const keep = async () => {
    try {
      await postSavedSearch({ name, language: question.language, query: question.query })
      setName('')
      setWhy(null)
      showToast('Search saved')
      onKept()
    } catch (cause) {
      setWhy(failureText(cause))
    }
  }
  return (
    <form
      class="saved__keep"
      onSubmit={(event) => {
        event.preventDefault()
        void keep()
      }}
    >
      <label class="field">
        <span class="field__label">Save this search as</span>
        <input
          class="input"
          required
          maxLength={200}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        {why ? (
          <span class="field__error" role="alert">
            <Icon name="warn" small />
            {why}
          </span>
        ) : null}
      </label>
      <button class="btn" type="submit">
        Save
      </button>
    </form>
  )
}
