/** Notices of the system for critical alerts, for who has asked for them. They are never asked for at load. */
import { signal } from '@preact/signals'
import type { AlertView } from '../../../server/domain/api.ts'
import { navigate } from '../router.ts'
import { visible } from '../text/visible.ts'
import { recall, remember } from '../theme.ts'

/**
 * `impossible`: this browser or this address (plain HTTP, not localhost) has none. `blocked`: the reader or the
 * system said no, which only the browser's own settings change.
 */
export type Notices = 'impossible' | 'blocked' | 'off' | 'on'

const KEY = 'notices'

export const notices = signal<Notices>(noticesNow())

/** Call it from a click: the browser asks whether the page may. */
export async function setNotices(on: boolean): Promise<void> {
  remember(KEY, on ? 'on' : 'off')
  if (on && canNotify() && Notification.permission === 'default') await Notification.requestPermission()
  notices.value = noticesNow()
}

/** Tells of a critical alert while nobody looks at the page. */
export function notifyOf(alert: AlertView): void {
  if (notices.peek() !== 'on' || alert.severity !== 'critical' || alert.drill) return
  if (!document.hidden && document.hasFocus()) return
  try {
    // The tag keeps several open pages from telling the same alert several times.
    const notice = new Notification('Critical alert', {
      body: visible(alert.summary),
      tag: `alert-${alert.id}`,
      icon: '/icons/app-192.png',
      requireInteraction: true,
    })
    notice.addEventListener('click', () => {
      window.focus()
      notice.close()
      navigate(`/alerts/${encodeURIComponent(alert.id)}`)
    })
  } catch {
    // Some phones have notices for background scripts only; the title and the page itself tell.
    notices.value = 'impossible'
  }
}

function noticesNow(): Notices {
  if (!canNotify()) return 'impossible'
  if (Notification.permission === 'denied') return 'blocked'
  return recall(KEY) === 'on' && Notification.permission === 'granted' ? 'on' : 'off'
}

function canNotify(): boolean {
  return isSecureContext && 'Notification' in globalThis
}
