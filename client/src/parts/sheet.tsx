/** A modal dialog: focus goes in, Escape closes, focus comes back to what opened it. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

type Props = { label: string; class?: string; onClose: () => void; children: ComponentChildren }

export function Sheet(props: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  // Before the next key arrives: whoever types S, 2 quickly means the menu.
  useLayoutEffect(() => {
    const opener = document.activeElement
    const shown = dialog.current
    shown?.showModal()
    return () => {
      shown?.close()
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  return (
    <dialog
      class={`sheet${props.class ? ` ${props.class}` : ''}`}
      ref={dialog}
      aria-label={props.label}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
      onClick={(event) => {
        // A press on the backdrop is a press on the dialog itself.
        if (event.target === event.currentTarget) props.onClose()
      }}
    >
      <div class="sheet__inside">{props.children}</div>
    </dialog>
  )
}
