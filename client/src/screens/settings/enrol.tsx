/** In place of any page for whoever needs a second factor and has none. */
import { useEffect } from 'preact/hooks'
import { Brand } from '../../parts/icon.tsx'
import { ThemeButton } from '../../parts/shell.tsx'
import { askSession, signOut } from '../../session.ts'
import { pageTitle } from '../../title.ts'
import { FactorPanel } from './factor.tsx'

export function EnrolScreen() {
  useEffect(() => {
    pageTitle.value = 'Second factor'
  }, [])
  return (
    <main class="login" id="main">
      <ThemeButton class="login__theme" />
      <div class="login__card">
        <div class="login__head">
          <Brand />
          <h1>One thing first</h1>
          <p>Everybody needs a second factor here. Set yours up, then go on.</p>
        </div>
        <FactorPanel onDone={() => void askSession()} />
        <button class="btn btn--block" type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
    </main>
  )
}
