/** The events that were found, newest first; each opens to its fields and its JSON. */
import { useState } from 'preact/hooks'
import type { SearchEvent } from '../../../../server/domain/api/search.ts'
import type { Fields, Json } from '../../../../server/domain/json.ts'
import { Copy } from '../../parts/copy.tsx'
import { Icon } from '../../parts/icon.tsx'
import { JsonCode } from '../../parts/json-code.tsx'
import { useRoving } from '../../parts/roving.ts'
import { useKeys } from '../../keyboard.ts'
import { Hostile } from '../../parts/text.tsx'
import { clockTime, exactTime, sameDay, shortDate } from '../../text/age.ts'
import { describeEvidence, valueAtPath } from '../../text/evidence.ts'
import { plainValue } from '../../text/json.ts'
import { queryAddress } from '../../text/search-address.ts'
import { visible } from '../../text/visible.ts'
import type { Wish } from './field-list.tsx'

const cursor: { current: string | null } = { current: null }

type Props = { events: readonly SearchEvent[]; onWish: ((wish: Wish) => void) | null; label: string }

export function Results(props: Props) {
  const { events } = props
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const roving = useRoving(
    events.map(({ id }) => id),
    cursor,
  )
  const toggle = (id: string) => {
    const next = new Set(open)
    if (!next.delete(id)) next.add(id)
    setOpen(next)
  }
  useKeys({
    j: () => roving.move(1),
    k: () => roving.move(-1),
    ArrowDown: () => roving.move(1),
    ArrowUp: () => roving.move(-1),
    Enter: () => roving.current !== null && toggle(roving.current),
  })
  const today = new Date().toISOString()
  return (
    <section class="panel results" aria-label={props.label}>
      <table class="table results-table">
        <caption class="vh">{props.label}</caption>
        <thead>
          <tr>
            <th class="col-exp" scope="col">
              <span class="vh">Open</span>
            </th>
            <th scope="col">Time</th>
            <th scope="col">Action</th>
            <th scope="col">What</th>
            <th scope="col">Account</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody ref={roving.listRef as never} onFocusIn={roving.onFocusIn}>
          {events.map((event, i) => {
            const isOpen = open.has(event.id)
            const said = describeEvidence({ dataset: event.dataset, matched: [] }, event.fields)
            return [
              <tr
                key={event.id}
                data-row={event.id}
                data-current={roving.current === event.id ? '' : undefined}
                tabIndex={roving.tabIndex(event.id, i)}
                onClick={(press) => {
                  if (!(press.target instanceof Element && press.target.closest('button, a')))
                    toggle(event.id)
                }}
              >
                <td class="col-exp">
                  <button
                    class="icon-btn icon-btn--xs"
                    type="button"
                    tabIndex={-1}
                    aria-expanded={isOpen}
                    aria-label={`Event at ${clockTime(event.time)}`}
                    onClick={() => toggle(event.id)}
                  >
                    <Icon name="right" small />
                  </button>
                </td>
                <td class="col-time mono">
                  <time dateTime={event.time} title={exactTime(event.time)}>
                    {sameDay(event.time, today) ? '' : `${shortDate(event.time)} `}
                    {clockTime(event.time)}
                  </time>
                </td>
                <td class="col-act mono">
                  <Hostile text={firstText(event.fields, 'event.action') ?? event.dataset} />
                </td>
                <td class="col-sum">
                  <Hostile text={said.title} />
                </td>
                <td class="col-acct">
                  <Hostile
                    text={firstText(event.fields, 'user.email') ?? firstText(event.fields, 'user.name') ?? ''}
                  />
                </td>
                <td class="col-ip mono">
                  <Hostile text={fromWhere(event.fields)} />
                </td>
              </tr>,
              isOpen ? (
                <tr class="row-detail" key={`${event.id} open`}>
                  <td colSpan={6}>
                    <EventDetail event={event} onWish={props.onWish} />
                  </td>
                </tr>
              ) : null,
            ]
          })}
        </tbody>
      </table>
    </section>
  )
}

export function EventDetail({ event, onWish }: { event: SearchEvent; onWish: Props['onWish'] }) {
  const [asJson, setAsJson] = useState(false)
  const around = 5 * 60_000
  const at = Date.parse(event.time)
  const near = queryAddress(
    'kql',
    '*',
    new Date(at - around).toISOString(),
    new Date(at + around).toISOString(),
  )
  return (
    <div class="detail">
      <div class="detail__bar">
        <fieldset class="seg">
          <legend class="vh">View as</legend>
          {[false, true].map((json) => (
            <label key={String(json)}>
              <input
                type="radio"
                name={`view ${event.id}`}
                checked={asJson === json}
                onChange={() => setAsJson(json)}
              />
              {json ? 'JSON' : 'Fields'}
            </label>
          ))}
        </fieldset>
        <a class="btn btn--sm btn--ghost" href={near}>
          Events 5 min around this
        </a>
        <Copy label="Copy JSON" text={JSON.stringify(event.fields, null, 2)} />
        <Copy label="Copy as sent" text={event.raw} />
      </div>
      {asJson ? (
        <div class="code">
          <JsonCode document={event.fields} hits={NONE} label="Event as JSON" />
        </div>
      ) : (
        <dl class="event-fields">
          {leaves(event.fields).map(([path, value]) => (
            <div key={path}>
              <dt>
                <Hostile text={path} />
              </dt>
              <dd>
                <span>
                  <Hostile text={plainValue(value)} />
                </span>
                {onWish && (typeof value !== 'object' || value === null) ? (
                  <span class="topval__pm">
                    {[false, true].map((exclude) => (
                      <button
                        class="pm"
                        type="button"
                        key={String(exclude)}
                        aria-label={`${exclude ? 'Exclude' : 'Only'} ${visible(path)} ${visible(plainValue(value))}`}
                        onClick={() => onWish({ field: path, value, exclude })}
                      >
                        {exclude ? '−' : '+'}
                      </button>
                    ))}
                  </span>
                ) : null}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}

const NONE: ReadonlySet<string> = new Set()
const MOST_LEAVES = 400

/** Every value with its dotted path; lists of plain values stay together. */
export function leaves(fields: Fields): [string, Json][] {
  const found: [string, Json][] = []
  const walk = (value: Json, path: string): void => {
    if (found.length >= MOST_LEAVES) return
    if (value === null || typeof value !== 'object') found.push([path, value])
    else if (Array.isArray(value)) {
      if (value.length === 1) walk(value[0]!, path)
      else found.push([path, value])
    } else for (const [name, inner] of Object.entries(value)) walk(inner, path ? `${path}.${name}` : name)
  }
  walk(fields, '')
  return found
}

function firstText(fields: Fields, path: string): string | undefined {
  const value = valueAtPath(fields, path)
  const first = Array.isArray(value) ? value[0] : value
  return first === undefined || first === null || typeof first === 'object' ? undefined : plainValue(first)
}

function fromWhere(fields: Fields): string {
  const country = firstText(fields, 'source.geo.country_iso_code')
  return [firstText(fields, 'source.ip'), country].filter(Boolean).join(' ')
}
