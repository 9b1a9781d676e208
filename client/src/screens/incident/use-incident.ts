/** One incident and its alerts, kept right by the live feed. */
import { useEffect, useState } from 'preact/hooks'
import type { AlertView, IncidentView } from '../../../../server/domain/api.ts'
import { getIncident, getIncidentAlerts, type IncidentPage } from '../../api/incidents.ts'
import { Failure, failureText } from '../../api/request.ts'
import type { Loading } from '../../live/alerts.ts'
import { alertListeners, incidentListeners } from '../../live/state.ts'

// A burst of changes is one question to the server.
const SOON = 400

export type Followed = {
  incident: IncidentPage | null
  alerts: readonly AlertView[] | null
  state: Loading
  retry: () => void
  /** The incident as this page has just changed it. */
  receive: (changed: IncidentView) => void
}

export function useIncident(id: string): Followed {
  const [incident, setIncident] = useState<IncidentPage | null>(null)
  const [alerts, setAlerts] = useState<readonly AlertView[] | null>(null)
  const [state, setState] = useState<Loading>({ state: 'loading' })
  const [asked, setAsked] = useState(0)
  const receive = (changed: IncidentView) =>
    setIncident((known) => (known && known.revision > changed.revision ? known : { ...known, ...changed }))

  useEffect(() => {
    const abort = new AbortController()
    void read()
    return () => abort.abort()

    async function read() {
      try {
        const [one, its] = await Promise.all([
          getIncident(id, abort.signal),
          getIncidentAlerts(id, abort.signal),
        ])
        receive(one)
        setAlerts((known) => newest(known ?? [], its))
        setState({ state: 'ready' })
      } catch (cause) {
        if (abort.signal.aborted) return
        const gone = cause instanceof Failure && cause.status === 404
        setState({ state: 'failed', why: gone ? 'There is no incident with this id.' : failureText(cause) })
      }
    }
  }, [id, asked])

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const askSoon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => setAsked((n) => n + 1), SOON)
    }
    const hearIncident = (changed: IncidentView) => {
      if (changed.id !== id) return
      receive(changed)
      askSoon()
    }
    const hearAlert = (changed: AlertView) => {
      if (changed.incidentId !== id) return
      setAlerts((known) => known && known.map((one) => newer(one, changed)))
      askSoon()
    }
    incidentListeners.add(hearIncident)
    alertListeners.add(hearAlert)
    return () => {
      incidentListeners.delete(hearIncident)
      alertListeners.delete(hearAlert)
      clearTimeout(timer)
    }
  }, [id])

  return { incident, alerts, state, retry: () => setAsked((n) => n + 1), receive }
}

/** What the server lists, but nothing older than what the feed has told. */
function newest(known: readonly AlertView[], listed: readonly AlertView[]): AlertView[] {
  const before = new Map(known.map((one) => [one.id, one]))
  return listed.map((one) => newer(before.get(one.id) ?? one, one))
}

function newer(known: AlertView, other: AlertView): AlertView {
  return known.id === other.id && other.revision >= known.revision ? other : known
}
