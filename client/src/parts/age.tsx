import { now } from '../clock.ts'
import { clockTime, exactTime, shortSpan } from '../text/age.ts'

/** `15 min`, ticking; the exact time in the tooltip. */
export function Age(props: { at: string; class?: string; suffix?: string }) {
  return (
    <time class={props.class} dateTime={props.at} title={exactTime(props.at)}>
      {shortSpan(now.value - Date.parse(props.at)) + (props.suffix ?? '')}
    </time>
  )
}

/** `13:21:07`; the exact time in the tooltip. */
export function ClockTime(props: { at: string; class?: string }) {
  return (
    <time class={props.class} dateTime={props.at} title={exactTime(props.at)}>
      {clockTime(props.at)}
    </time>
  )
}
