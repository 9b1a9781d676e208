/** One alert, kept right by the live feed. */
import { useEffect, useState } from 'preact/hooks'
import type { AlertDetail, AlertView } from '../../../../server/domain/api.ts'
import { getAlert } from '../../api/calls.ts'
import { Failure, failureText } from '../../api/request.ts'
import type { Loading } from '../../live/alerts.ts'
import { alertListeners } from '../../live/state.ts'

// A burst of changes is one question to the server.
const SOON = 400

/** `set` puts in what the server answered to a change. */
export function useAlert(id: string): {
  alert: AlertDetail | null
  state: Loading
  retry: () => void
  set: (alert: AlertDetail) => void
} {
  const [alert, setAlert] = useState<AlertDetail | null>(null)
  const [state, setState] = useState<Loading>({ state: 'loading' })
  const [asked, setAsked] = useState(0)

  useEffect(() => {
    const abort = new AbortController()
    void read()
    return () => abort.abort()

    async function read() {
      try {
        const answer = await getAlert(id, abort.signal)
        setAlert((known) => (known && known.revision > answer.revision ? known : answer))
        setState({ state: 'ready' })
      } catch (cause) {
        if (abort.signal.aborted) return
        const gone = cause instanceof Failure && cause.status === 404
        setState({ state: 'failed', why: gone ? 'There is no alert with this id.' : failureText(cause) })
      }
    }
  }, [id, asked])

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const listen = (changed: AlertView) => {
      if (changed.id !== id) return
      setAlert((known) => (known && known.revision <= changed.revision ? { ...known, ...changed } : known))
      // Why and what to do follow from the evidence, which only the server reads.
      clearTimeout(timer)
      timer = setTimeout(() => setAsked((n) => n + 1), SOON)
    }
    alertListeners.add(listen)
    return () => {
      alertListeners.delete(listen)
      clearTimeout(timer)
    }
  }, [id])

  return { alert, state, retry: () => setAsked((n) => n + 1), set: setAlert }
}
