import { render } from 'preact'
import { App } from './app.tsx'
import { listenToKeys } from './shell/shortcuts.ts'

listenToKeys()
render(<App />, document.getElementById('console')!)
