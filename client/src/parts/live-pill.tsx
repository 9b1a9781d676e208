import type { AlertView } from '../../../server/domain/api.ts'
import { waitingSentence } from '../text/sentence.ts'
import { Icon } from './icon.tsx'

/** New alerts wait behind this. */
export function LivePill(props: { waiting: readonly AlertView[]; onPress: () => void }) {
  return (
    <div class="live-slot">
      {props.waiting.length > 0 ? (
        <button class="live-pill" type="button" onClick={props.onPress}>
          <Icon name="up" small />
          {waitingSentence(props.waiting)} <kbd class="kbd">.</kbd>
        </button>
      ) : null}
    </div>
  )
}
