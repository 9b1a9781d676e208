import type { AlertView } from '../../../server/domain/api.ts'
import { waitingNews } from '../text/sentence.ts'
import { Icon } from './icon.tsx'
import { Hostile } from './text.tsx'

/** New alerts wait behind this; what happened can be read before the rows are let in. */
export function LivePill(props: { waiting: readonly AlertView[]; onPress: () => void }) {
  return <div class="live-slot">{props.waiting.length > 0 ? <Pill {...props} /> : null}</div>
}

function Pill(props: { waiting: readonly AlertView[]; onPress: () => void }) {
  const { count, newest } = waitingNews(props.waiting)
  return (
    <button class="live-pill" type="button" onClick={props.onPress}>
      <Icon name="up" small />
      <span class="live-pill__news">
        <b>{count}</b>{' '}
        <bdi>
          <Hostile text={newest} />
        </bdi>
      </span>
      <kbd class="kbd">.</kbd>
    </button>
  )
}
