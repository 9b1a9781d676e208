type Props<Value extends string> = {
  label: string
  value: Value
  options: readonly (readonly [Value, string])[]
  onChange: (value: Value) => void
  /** Shown above it; else the label is only read out. */
  shown?: boolean
  disabled?: boolean
}

/** The browser's own list to choose from. */
export function Select<Value extends string>(props: Props<Value>) {
  return (
    <label class={props.shown ? 'field' : 'select-box'}>
      <span class={props.shown ? 'field__label' : 'vh'}>{props.label}</span>
      <select
        class="select"
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.currentTarget.value as Value)}
      >
        {props.options.map(([value, word]) => (
          <option value={value} key={value} selected={value === props.value}>
            {word}
          </option>
        ))}
      </select>
    </label>
  )
}
