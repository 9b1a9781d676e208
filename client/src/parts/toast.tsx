import { closeToast, holdToast, releaseToast, toast, undoLast } from '../toast.ts'
import { Icon } from './icon.tsx'

export function ToastRegion() {
  const shown = toast.value
  return (
    <div class="toasts" role="status">
      {shown ? (
        <div
          class="toast"
          key={shown.key}
          onMouseEnter={holdToast}
          onMouseLeave={releaseToast}
          onFocusCapture={holdToast}
          onBlurCapture={releaseToast}
        >
          <span>{shown.text}</span>
          {shown.undo ? (
            <button class="btn btn--sm" type="button" onClick={undoLast}>
              <Icon name="undo" small />
              Undo <kbd class="kbd">Z</kbd>
            </button>
          ) : null}
          <button class="icon-btn" type="button" aria-label="Dismiss" onClick={closeToast}>
            <Icon name="x" small />
          </button>
        </div>
      ) : null}
    </div>
  )
}
