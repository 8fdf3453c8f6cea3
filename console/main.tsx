import { render } from 'preact'
import { App } from './app.tsx'
import { readAhead } from './data/resource.ts'
import { listenToKeys } from './shell/shortcuts.ts'

listenToKeys()
readAhead(['/v1/health', '/v1/settings'])
render(<App />, document.getElementById('console')!)
