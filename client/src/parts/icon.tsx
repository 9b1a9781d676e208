/** Drawings from the sprite in `index.html`. With a label it is an image with a name; without, decoration. */
export type IconName =
  | 'alerts'
  | 'check'
  | 'chev'
  | 'copy'
  | 'done'
  | 'eye'
  | 'forward'
  | 'half'
  | 'help'
  | 'info'
  | 'loader'
  | 'moon'
  | 'new'
  | 'note'
  | 'out'
  | 'overview'
  | 'pause'
  | 'play'
  | 'right'
  | 'send'
  | 'shield'
  | 'signin'
  | 'slash'
  | 'sun'
  | 'undo'
  | 'up'
  | 'warn'
  | 'wifi-off'
  | 'x'

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
