/** A screen whose code is fetched when it is first opened. */
import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { failureText } from '../api/request.ts'
import { connection } from '../live/socket.ts'
import { Failed, Skeleton } from './states.tsx'

/**
 * `load` is a dynamic import that picks the component, such as
 * `() => import('./screens/rules/rules.tsx').then((code) => code.RulesScreen)`.
 */
export function lazyScreen<Props extends object>(
  load: () => Promise<FunctionComponent<Props>>,
): FunctionComponent<Props> {
  let known: FunctionComponent<Props> | null = null
  return function LazyScreen(props: Props) {
    const [, redraw] = useState(0)
    const [why, setWhy] = useState<string | null>(null)
    const fetchIt = () => {
      setWhy(null)
      load().then(
        (screen) => {
          known = screen
          redraw((n) => n + 1)
        },
        (cause: unknown) => setWhy(cause instanceof TypeError ? NOT_FETCHED : failureText(cause)),
      )
    }
    useEffect(() => {
      if (!known) fetchIt()
    }, [])
    if (known) {
      const Screen = known
      return <Screen {...props} />
    }
    if (why === null) return <Skeleton rows={8} label="Loading the page" />
    return <Failed what="This page could not be loaded" why={why} retry={() => retry(fetchIt)} />
  }
}

const NOT_FETCHED =
  'Its code did not arrive: the server may be restarting, or it has a newer version than this page.'

/** Some browsers remember a failed import until the page is read anew; without a server that would lose the page. */
function retry(again: () => void): void {
  if (connection.peek().state === 'live') location.reload()
  else again()
}
