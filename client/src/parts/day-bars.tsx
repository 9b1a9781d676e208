/** A bar a day, today last; a day without any is a dash on the ground. */
export function DayBars(props: { counts: readonly number[]; label: string; class?: string }) {
  const { counts } = props
  const top = Math.max(1, ...counts)
  const slot = 100 / Math.max(1, counts.length)
  return (
    <svg class={`spark${props.class ? ` ${props.class}` : ''}`} role="img" aria-label={props.label}>
      {counts.map((count, i) => {
        const height = count === 0 ? 6 : Math.max(12, (count / top) * 100)
        return (
          <rect
            key={i}
            class={count === 0 ? 'bar bar--muted' : 'bar'}
            x={`${i * slot + slot * 0.12}%`}
            width={`${slot * 0.76}%`}
            y={`${100 - height}%`}
            height={`${height}%`}
          />
        )
      })}
    </svg>
  )
}
