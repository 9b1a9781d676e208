import { useEffect } from 'preact/hooks'
import { pageTitle } from '../../title.ts'

export function NotFoundScreen() {
  useEffect(() => {
    pageTitle.value = 'No such page'
  }, [])
  return (
    <div class="empty">
      <h1 class="page-title">There is no page here</h1>
      <p>
        Go to the <a href="/">overview</a> or to the <a href="/alerts">alerts</a>.
      </p>
    </div>
  )
}
