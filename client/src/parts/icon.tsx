import type { IconName } from '../text/icon-name.ts'

/** A drawing from the sprite in `index.html`. With a label it is an image with a name; without, decoration. */
export function Icon(props: { name: IconName; class?: string; label?: string; small?: boolean }) {
  const name = `icon${props.small ? ' icon--sm' : ''}${props.class ? ` ${props.class}` : ''}`
  return (
    <svg
      class={name}
      {...(props.label ? { role: 'img', 'aria-label': props.label } : { 'aria-hidden': true })}
    >
      <use href={`#i-${props.name}`} />
    </svg>
  )
}

export function Brand() {
  return (
    <svg class="brand__mark" aria-hidden="true">
      <use href="#brand" />
    </svg>
  )
}
