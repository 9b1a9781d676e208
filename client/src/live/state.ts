/** The state of the whole installation as the page knows it: the overview's numbers, and what the live feed says. */
import { computed, signal } from '@preact/signals'
import type {
  AlertView,
  CorrelatorView,
  IncidentView,
  LiveMessage,
  LiveStats,
  Overview,
  StorageView,
} from '../../../server/domain/api.ts'
import { announce, announceNow, answer } from '../announce.ts'
import { getOverview } from '../api/calls.ts'
import { failureText } from '../api/request.ts'
import { tick } from '../clock.ts'
import { recheckSession } from '../session.ts'
import { waitingSentence } from '../text/sentence.ts'
import { type Loading, receiveAlert, refreshLists } from './alerts.ts'
import { notifyOf } from './notify.ts'
import { startLive, stopLive } from './socket.ts'

export const overview = signal<Overview | null>(null)
export const overviewLoading = signal<Loading>({ state: 'loading' })
export const stats = signal<LiveStats | null>(null)
export const paused = signal(false)
/** Changes held back while paused. */
export const held = signal<readonly AlertView[]>([])

export const eventsPerMinute = computed(
  () => stats.value?.eventsPerMinute ?? overview.value?.events.perMinute ?? null,
)
/** Open incidents of accounts that are critical as a whole, whatever each of their alerts is. */
export const graveIncidents = computed(
  () => overview.value?.riskiest.filter(({ severity }) => severity === 'critical') ?? [],
)
export const lastEventAt = computed(() =>
  later(stats.value?.lastEventAt, overview.value?.events.lastReceivedAt),
)
export const correlator = computed<CorrelatorView | null>(
  () => stats.value?.correlator ?? overview.value?.correlator ?? null,
)
/** The disk of the server. */
export const storage = computed<StorageView | null>(
  () => stats.value?.storage ?? overview.value?.storage ?? null,
)
/** Sources that are quiet for longer than is usual for them. */
export const silentSources = computed(
  () =>
    stats.value?.silentSources ??
    overview.value?.sources.filter((one) => one.silentSince !== null).length ??
    0,
)
export const openCount = computed(() => {
  const open = overview.value?.open
  return open ? open.critical + open.high + open.medium + open.low : 0
})

/** Called with every alert that changes, for pages that show one. */
export const alertListeners = new Set<(alert: AlertView) => void>()
/** The same of incidents. */
export const incidentListeners = new Set<(incident: IncidentView) => void>()

// A change shows in the counts within this; a burst of changes is one question to the server.
const SOON = 300
const NOT_MORE_OFTEN = 1_000
const ANYWAY = 30_000

let asked = -Infinity
let asking: ReturnType<typeof setTimeout> | undefined
let regular: ReturnType<typeof setInterval> | undefined
let unsaid: AlertView[] = []
// Incidents held back while paused, the newest state of each.
const heldIncidents = new Map<string, IncidentView>()

export function startState(): void {
  void askOverview()
  regular = setInterval(() => {
    if (!document.hidden) askOverviewSoon()
  }, ANYWAY)
  startLive({
    message: receiveMessage,
    open(again) {
      // Between the first list and the first greeting something may have happened.
      if (!again) void refreshLists()
      askOverviewSoon()
    },
    // A refused upgrade says nothing about why; the session route does.
    refused: () => void recheckSession(),
  })
}

export function stopState(): void {
  stopLive()
  clearInterval(regular)
  clearTimeout(asking)
  asking = undefined
  asked = -Infinity
  overview.value = null
  stats.value = null
  overviewLoading.value = { state: 'loading' }
  paused.value = false
  held.value = []
  heldIncidents.clear()
}

export async function askOverview(): Promise<void> {
  asked = Date.now()
  try {
    overview.value = await getOverview()
    overviewLoading.value = { state: 'ready' }
    tick()
  } catch (cause) {
    overviewLoading.value = { state: 'failed', why: failureText(cause) }
  }
}

function askOverviewSoon(): void {
  if (asking !== undefined) return
  asking = setTimeout(
    () => {
      asking = undefined
      void askOverview()
    },
    Math.max(SOON, asked + NOT_MORE_OFTEN - Date.now()),
  )
}

export function togglePause(): void {
  paused.value = !paused.value
  answer(paused.value ? 'Live updates paused' : 'Live updates resumed')
  if (paused.value) return
  const alerts = held.value
  held.value = []
  for (const alert of alerts) deliver(alert)
  for (const incident of heldIncidents.values()) deliverIncident(incident)
  heldIncidents.clear()
}

/** An alert that this page changed itself: shown at once, paused or not. */
export function receiveOwn(alert: AlertView): void {
  deliver(alert)
  askOverviewSoon()
}

function receiveMessage(message: LiveMessage): void {
  if (message.type === 'stats') {
    const first = stats.peek() === null || stats.peek()?.lastEventAt === null
    stats.value = message
    tick()
    // The first event ever: leave the first-run page.
    if (first && message.lastEventAt !== null && overview.peek()?.events.total === 0) askOverviewSoon()
  }
  if (message.type === 'alert') {
    if (message.change === 'raised') {
      countRaised(message.alert)
      tell(message.alert)
    }
    if (paused.peek())
      held.value = [...held.peek().filter((one) => one.id !== message.alert.id), message.alert]
    else deliver(message.alert)
    askOverviewSoon()
  }
  if (message.type === 'incident') {
    if (paused.peek()) heldIncidents.set(message.incident.id, message.incident)
    else deliverIncident(message.incident)
    askOverviewSoon()
  }
}

function deliverIncident(incident: IncidentView): void {
  for (const listener of incidentListeners) listener(incident)
}

/** The count must not contradict the list until the server's own number is here. */
function countRaised(alert: AlertView): void {
  const known = overview.peek()
  if (!known || alert.drill || alert.status !== 'open') return
  overview.value = { ...known, open: { ...known.open, [alert.severity]: known.open[alert.severity] + 1 } }
}

function deliver(alert: AlertView): void {
  receiveAlert(alert)
  for (const listener of alertListeners) listener(alert)
}

function tell(alert: AlertView): void {
  if (alert.drill || alert.status !== 'open') return
  if (alert.severity === 'critical') announceNow(`New critical alert. ${alert.summary}`)
  notifyOf(alert)
  unsaid.push(alert)
  announce(() => {
    const text = waitingSentence(unsaid)
    unsaid = []
    return text
  })
}

function later(a: string | null | undefined, b: string | null | undefined): string | null {
  if (!a) return b ?? null
  if (!b) return a
  return a > b ? a : b
}
