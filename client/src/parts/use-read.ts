/** What a panel reads from the server: the old stays while the new is asked for, and when that fails. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { failureText } from '../api/request.ts'

export type Read<T> = {
  data: T | null
  reading: boolean
  /** Why the last try failed; null: it did not. */
  why: string | null
  again: () => void
  /** Puts in what is known to be newer. */
  set: (data: T) => void
}

/** Reads when it is first drawn and whenever `key` changes; data of another key is not shown. */
export function useRead<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Read<T> {
  const [state, setState] = useState<{ key: string; data: T | null; reading: boolean; why: string | null }>({
    key,
    data: null,
    reading: true,
    why: null,
  })
  const [asked, setAsked] = useState(0)
  const latest = useRef(read)
  latest.current = read
  useEffect(() => {
    const abort = new AbortController()
    setState((known) => ({ key, data: known.key === key ? known.data : null, reading: true, why: known.why }))
    latest.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ key, data, reading: false, why: null })
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return
        setState((known) => ({ ...known, reading: false, why: failureText(cause) }))
      },
    )
    return () => abort.abort()
  }, [key, asked])
  return {
    data: state.key === key ? state.data : null,
    reading: state.reading,
    why: state.why,
    again: () => setAsked((n) => n + 1),
    set: (data) => setState({ key, data, reading: false, why: null }),
  }
}
