/** Sequences that were found: who it is about, and the events in their order with the time between them. */
import { useState } from 'preact/hooks'
import type { SearchEvent, SearchView } from '../../../../server/domain/api/search.ts'
import { Icon } from '../../parts/icon.tsx'
import { Hostile } from '../../parts/text.tsx'
import { clockTime, exactTime, longDate, longSpan } from '../../text/age.ts'
import { describeEvidence } from '../../text/evidence.ts'
import { EventDetail } from './results.tsx'

type Found = SearchView['sequences'][number]

export function Sequences(props: { sequences: readonly Found[] }) {
  return (
    <ol class="sequences" aria-label="Sequences">
      {props.sequences.map((sequence, i) => (
        <li class="panel" key={i}>
          <OneSequence sequence={sequence} />
        </li>
      ))}
    </ol>
  )
}

function OneSequence({ sequence }: { sequence: Found }) {
  const present = sequence.events.filter((event): event is SearchEvent => !('missing' in event))
  const keys = sequence.joinKeys.map((key) => key ?? 'without a value').join(', ')
  const [first, last] = [present[0], present.at(-1)]
  const span = first && last ? Date.parse(last.time) - Date.parse(first.time) : 0
  let before: SearchEvent | null = null
  return (
    <>
      <div class="panel__head">
        <h2 class="panel__title">
          <Hostile text={keys || 'One sequence'} />
        </h2>
        <span class="panel__note">
          {first ? longDate(first.time) : ''}
          {span > 0 ? `, within ${longSpan(span)}` : ''}
        </span>
      </div>
      <ol class="evidence">
        {sequence.events.map((event, i) => {
          if ('missing' in event) {
            return (
              <li class="ev-gap" key={i}>
                step {i + 1} did not happen
              </li>
            )
          }
          const gap = before ? Date.parse(event.time) - Date.parse(before.time) : null
          before = event
          return <Step key={`${event.id} ${i}`} event={event} number={i + 1} gap={gap} />
        })}
      </ol>
    </>
  )
}

function Step({ event, number, gap }: { event: SearchEvent; number: number; gap: number | null }) {
  const [open, setOpen] = useState(false)
  const said = describeEvidence({ dataset: event.dataset, matched: [] }, event.fields)
  return (
    <>
      {gap === null ? null : (
        <li class="ev-gap">{gap === 0 ? 'in the same second' : `${longSpan(gap)} later`}</li>
      )}
      <li class="ev ev--hit">
        <time class="ev__time" dateTime={event.time} title={exactTime(event.time)}>
          {clockTime(event.time)}
        </time>
        <span class="ev__icon">
          <Icon name={said.icon} />
        </span>
        <div class="ev__body">
          <p class="ev__title">
            <Hostile text={said.title} /> <span class="tag">Step {number}</span>
          </p>
          <details class="disclose" onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
            <summary>
              <Icon name="right" small />
              The event
            </summary>
            {open ? <EventDetail event={event} onWish={null} /> : null}
          </details>
        </div>
      </li>
    </>
  )
}
