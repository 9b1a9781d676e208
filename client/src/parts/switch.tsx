type Props = {
  label: string
  on: boolean
  onChange: (on: boolean) => void
  disabled?: boolean
  tabIndex?: number
}

/** On or off, at once. What is shown is what the server holds, not what was pressed. */
export function Switch(props: Props) {
  return (
    <input
      class="switch"
      type="checkbox"
      role="switch"
      aria-label={props.label}
      checked={props.on}
      disabled={props.disabled}
      tabIndex={props.tabIndex}
      onChange={(event) => {
        const wanted = event.currentTarget.checked
        event.currentTarget.checked = props.on
        props.onChange(wanted)
      }}
    />
  )
}
