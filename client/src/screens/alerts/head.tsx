import { CLOSE_CHOICES } from '../../text/words.ts'

type Props = { writing: boolean; bySeverity: boolean; all: boolean; some: boolean; onAll: () => void }

export function AlertHead(props: Props) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {props.writing ? (
          <th class="col-check" scope="col">
            <input
              class="check"
              type="checkbox"
              aria-label="Select all shown"
              checked={props.all}
              indeterminate={props.some && !props.all}
              onChange={props.onAll}
            />
          </th>
        ) : null}
        <th class="col-sev" scope="col" aria-sort={props.bySeverity ? 'descending' : undefined}>
          Severity
        </th>
        <th scope="col">What happened</th>
        <th class="col-acct" scope="col">
          Account
        </th>
        <th class="col-rule" scope="col">
          Rule
        </th>
        <th class="col-status" scope="col">
          Status
        </th>
        <th class="col-who" scope="col">
          <span class="vh">Assignee</span>
        </th>
        <th class="col-age num" scope="col" aria-sort={props.bySeverity ? undefined : 'descending'}>
          Age
        </th>
      </tr>
    </thead>
  )
}

const HINTS: [string[], string][] = [
  [['J', 'K'], 'move'],
  [['X'], 'select'],
  [['Space'], 'preview'],
  [['Enter'], 'open'],
  [['S'], 'status'],
  [['A'], 'assign'],
  [['E'], `close, 1 to ${CLOSE_CHOICES.length}`],
  [['?'], 'all shortcuts'],
]

/** The keys, for who has them. */
export function Hints() {
  return (
    <p class="key-hints list-hints" aria-hidden="true">
      {HINTS.map(([keys, what]) => (
        <span key={what}>
          {keys.map((key) => (
            <kbd class="kbd" key={key}>
              {key}
            </kbd>
          ))}{' '}
          {what}
        </span>
      ))}
    </p>
  )
}
