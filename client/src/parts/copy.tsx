import { useState } from 'preact/hooks'
import { answer } from '../announce.ts'
import { Icon } from './icon.tsx'

const SAID_FOR = 2_000

/** Copies exactly `text`. */
export function Copy(props: { text: string; label: string; icon?: boolean; class?: string }) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    const copied = await toClipboard(props.text)
    setDone(copied)
    answer(copied ? 'Copied' : 'Could not copy; select the text by hand')
    setTimeout(() => setDone(false), SAID_FOR)
  }
  return (
    <button
      class={`copy${props.icon ? ' copy--icon' : ''}${props.class ? ` ${props.class}` : ''}`}
      type="button"
      aria-label={props.icon ? props.label : undefined}
      title={props.icon ? props.label : undefined}
      onClick={() => void copy()}
    >
      <Icon name={done ? 'check' : 'copy'} small class={done ? 'c-ok' : ''} />
      {props.icon ? null : done ? 'Copied' : props.label}
    </button>
  )
}

/** The clipboard is only there over HTTPS and on this machine; over plain HTTP the old way still works. */
export async function toClipboard(text: string): Promise<boolean> {
  if (isSecureContext) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Not allowed: try the old way.
    }
  }
  const area = document.createElement('textarea')
  area.className = 'vh'
  area.value = text
  const before = document.activeElement
  document.body.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  if (before instanceof HTMLElement) before.focus()
  return copied
}
