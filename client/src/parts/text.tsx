/** Text from outside: what cannot be seen is shown as an escape, and nothing is ever a link or HTML. */
import { splitSentence } from '../text/sentence.ts'
import { visiblePieces } from '../text/visible.ts'

export function Hostile(props: { text: string }) {
  return (
    <>
      {visiblePieces(props.text).map((piece, i) =>
        piece.escaped ? (
          <span class="escape" key={i}>
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  )
}

/** An alert's sentence with its account in bold. */
export function Sentence(props: { summary: string; about: string }) {
  const { account, rest } = splitSentence(props.summary, props.about)
  if (!account) return <Hostile text={props.summary} />
  return (
    <>
      <b>
        <Hostile text={account} />
      </b>
      <Hostile text={rest} />
    </>
  )
}
