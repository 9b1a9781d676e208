import type { Clause } from '../../../server/domain/api.ts'
import { plainValue } from '../text/json.ts'
import { Icon } from './icon.tsx'
import { Hostile } from './text.tsx'

/** One condition of a rule: whether it was met, and by which value. */
export function ClauseRow(props: { clause: Clause }) {
  const { text, met, values } = props.clause
  return (
    <li class={`clause${met ? '' : ' clause--unmet'}`}>
      <Icon
        name={met ? 'check' : 'x'}
        small
        class={met ? 'c-ok' : 'dim'}
        label={met ? 'Matched' : 'Not matched'}
      />
      <code class="clause__code">
        <Hostile text={text} />
      </code>
      <span class="clause__val">
        <Hostile text={values.map(plainValue).join(', ')} />
      </span>
    </li>
  )
}
