import { render } from 'preact'
import { App } from './app.tsx'
import { readAhead } from './data/resource.ts'
import { askSession } from './data/session.ts'
import { listenToKeys } from './shell/shortcuts.ts'

listenToKeys()
// Both at once, before anything is drawn: each of them is waited for.
askSession()
readAhead(['/v1/health', '/v1/settings', '/v1/settings/schema'])
render(<App />, document.getElementById('console')!)
