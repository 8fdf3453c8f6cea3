import { createRequire } from 'node:module'
import { systemClock } from '../mail/clock.ts'
import type { OpenEngine } from '../mail/ports/fleet.ts'
import type { EngineName } from '../mail/email/engine-name.ts'
import { settingsSchema } from '../mail/settings/settings.ts'

interface Bundle {
  readonly handler?: (event: object, context: object) => Promise<unknown>
  readonly openEngine?: OpenEngine
}

const [bundle = '', engine = ''] = process.argv.slice(2)
const smtp = { host: '127.0.0.1', port: 2_525 }
// Before the clock starts: these are the measure's own.
const settings = settingsSchema.parse({ engine: engine || 'noop', smtp })
const load = createRequire(import.meta.url)

const began = performance.now()
const loaded = load(bundle) as Bundle
if (loaded.openEngine) await open(loaded.openEngine)
else if (loaded.handler) await ask(loaded.handler)
console.log(performance.now() - began)
process.exit()

async function open(openEngine: OpenEngine) {
  const secrets = { 'sendgrid.apiKey': 'SG.none' }
  const context = { settings, secrets, captures: {} as never, clock: systemClock, deployed: {} }
  await openEngine(engine as EngineName, context)
}

/** No caller: the answer needs nothing of AWS. */
async function ask(handler: NonNullable<Bundle['handler']>) {
  const http = { method: 'GET', path: '/emails', sourceIp: '127.0.0.1' }
  const requestContext = { http, domainName: 'bench.test' }
  const event = { version: '2.0', rawPath: '/emails', rawQueryString: '', headers: {} }
  await handler({ ...event, requestContext, isBase64Encoded: false }, {})
}
