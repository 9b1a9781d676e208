import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

type Props = {
  title: string
  note?: ComponentChildren
  /** A link or legend at the right end of the head. */
  aside?: ComponentChildren
  class?: string
  id?: string
  children: ComponentChildren
}

export function Panel(props: Props) {
  const title = useId()
  return (
    <section class={`panel${props.class ? ` ${props.class}` : ''}`} id={props.id} aria-labelledby={title}>
      <div class="panel__head">
        <h2 class="panel__title" id={title}>
          {props.title}
        </h2>
        {props.note ? <span class="panel__note">{props.note}</span> : null}
        {props.aside ? <div class="panel__aside">{props.aside}</div> : null}
      </div>
      {props.children}
    </section>
  )
}
