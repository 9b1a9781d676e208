import { render } from 'preact'
import { App } from './app.tsx'
import { startClock } from './clock.ts'
import { startDensity } from './density.ts'
import { startKeyboard } from './keyboard.ts'
import { startRouter } from './router.ts'
import './styles/index.css'
import { startTitle } from './title.ts'

startRouter()
startKeyboard()
startClock()
startTitle()
startDensity()
render(<App />, document.getElementById('app')!)
