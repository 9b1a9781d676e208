/** A document as JSON, painted, with the lines marked that a rule or a query met. */
import { jsonLines } from '../text/json.ts'
import type { Json } from '../../../server/domain/json.ts'

const TOKEN_CLASS = { key: 'f', string: 's', number: 'n', plain: 'p' } as const

export function JsonCode(props: { document: Json; hits: ReadonlySet<string>; label: string }) {
  return (
    <pre tabIndex={0} role="group" aria-label={props.label}>
      <code>
        {jsonLines(props.document, props.hits).map((line, i) => {
          const tokens = line.tokens.map((token, j) => (
            <span class={TOKEN_CLASS[token.kind]} key={j}>
              {token.text}
            </span>
          ))
          return (
            <span key={i}>
              {'  '.repeat(line.indent)}
              {line.hit ? <mark>{tokens}</mark> : tokens}
              {'\n'}
            </span>
          )
        })}
      </code>
    </pre>
  )
}
