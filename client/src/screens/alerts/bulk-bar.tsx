import { Icon } from '../../parts/icon.tsx'
import { formatCount } from '../../text/words.ts'

type Props = {
  count: number
  onStatus: () => void
  onAssign: () => void
  onClose: () => void
  onClear: () => void
}

export function BulkBar(props: Props) {
  return (
    <div class="bulk" role="toolbar" aria-label="Selected alerts">
      <span class="bulk__n">
        <b>{formatCount(props.count)}</b> selected
      </span>
      <button class="btn" type="button" onClick={props.onStatus}>
        Set status <kbd class="kbd">S</kbd>
      </button>
      <button class="btn" type="button" onClick={props.onAssign}>
        Assign <kbd class="kbd">A</kbd>
      </button>
      <button class="btn" type="button" onClick={props.onClose}>
        Close as… <kbd class="kbd">E</kbd>
      </button>
      <button class="icon-btn" type="button" aria-label="Clear the selection" onClick={props.onClear}>
        <Icon name="x" small />
      </button>
    </div>
  )
}
