/** Single-key commands. Screens bind theirs while they are on; the newest binding of a key wins. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { recall, remember } from './theme.ts'

export type Keys = { [key: string]: () => void }

// WCAG 2.1.4: single-letter shortcuts can be switched off.
export const singleKeys = signal(recall('single-keys') !== 'off')

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on
  remember('single-keys', on ? 'on' : 'off')
}

const bound: { current: Keys }[] = []
// After G, the next key names a place.
const GO_WITHIN = 1_200
let goPressedAt = -Infinity

export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    bound.push(latest)
    return () => {
      bound.splice(bound.indexOf(latest), 1)
    }
  }, [])
}

/** Whether chords are made with the command key here. */
export const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent)

export function startKeyboard(): void {
  document.addEventListener('keydown', (event) => {
    const chord = !event.defaultPrevented && !event.altKey && (isApple ? event.metaKey : event.ctrlKey)
    // Chords are no letters: they work while typing, and when single letters are off.
    if (chord && !document.querySelector('dialog[open]')) {
      const command = find(`ctrl ${nameOf(event)}`)
      if (command) {
        event.preventDefault()
        command()
        return
      }
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (!singleKeys.peek() || isTyping(event.target) || document.querySelector('dialog[open]')) return
    const name = nameOf(event)
    if (name === 'g') {
      goPressedAt = event.timeStamp
      return
    }
    // Enter on a control is the control's.
    if (name === 'Enter' && isControl(event.target)) return
    if (name === ' ' && isPressed(event.target)) return
    const going = event.timeStamp - goPressedAt < GO_WITHIN
    goPressedAt = -Infinity
    const command = find(going ? `g ${name}` : name)
    if (!command) return
    event.preventDefault()
    command()
  })
}

function find(name: string): (() => void) | undefined {
  for (let i = bound.length - 1; i >= 0; i--) {
    const command = bound[i]!.current[name]
    if (command) return command
  }
  return undefined
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  // `?` and `.` already say which modifier they need on this keyboard; only letters tell Shift apart.
  return event.shiftKey && /^[a-z]$/.test(key) ? `shift ${key}` : key
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !isBox(target)))
  )
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button, summary, input') !== null
}

/** By the space bar: a link is not. */
function isPressed(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, summary, input') !== null
}

// A ticked box takes no letters, so the list's keys work from it.
function isBox(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && (target.type === 'checkbox' || target.type === 'radio')
}
