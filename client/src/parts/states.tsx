/** What a panel shows while it has nothing to show: loading, failed, empty. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { IconName } from '../text/icon-name.ts'
import { Icon } from './icon.tsx'

// Shorter waits show nothing: a flash of grey is worse than a blank.
const PATIENCE = 150

export function Skeleton(props: { rows: number; label: string }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div class="skeletons" role="status">
      <span class="vh">{late ? props.label : ''}</span>
      {Array.from({ length: props.rows }, (_, i) => (
        <div class="skeleton-row" key={i}>
          {late ? <span class={`skeleton skeleton--${i % 3}`} /> : null}
        </div>
      ))}
    </div>
  )
}

export function Failed(props: { what: string; why: string; retry: () => void }) {
  return (
    <div class="empty" role="alert">
      <Icon name="warn" class="c-warn" />
      <p>
        <b>{props.what}</b>
      </p>
      <p>{props.why}</p>
      <button class="btn" type="button" onClick={props.retry}>
        Try again
      </button>
    </div>
  )
}

export function Empty(props: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={props.icon} />
      <p>
        <b>{props.title}</b>
      </p>
      {props.children ? <p>{props.children}</p> : null}
    </div>
  )
}
