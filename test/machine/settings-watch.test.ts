import { afterEach, beforeEach, expect, it } from 'vitest'
import { startWorker } from '../../backends/local/worker.ts'
import { watchSettings } from '../../machine/settings-watch.ts'
import { accept } from '../../mail/accept/accept.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../open-postern.ts'

const smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
const caller = { owner: 'local', project: 'default', scope: '*', capture: false }

let test: TestPostern
let running: readonly { stop(): Promise<void> }[]

beforeEach(async () => {
  test = await openPostern({ settings: { engine: 'smtp' }, engines: { smtp: smtp.engine } })
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await test.close()
})

it('sends what waited while mail was off within 15 s of an edit of the settings by hand', async () => {
  const accepted = await accept(test.postern, asking(emailRequest()), caller)
  const id = accepted.kind === 'accepted' ? accepted.id : ''
  await edit({ engine: 'disabled' })
  await test.postern.inForce.refresh()
  start()
  await test.clock.advance(60_000)
  expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'queued', attempts: 0 })
  await edit({ engine: 'smtp' })
  await test.clock.advance(15_000)
  await expect.poll(async () => (await test.postern.emails.get(id, '*'))!.state).toBe('sent')
})

function start() {
  const { queue, clock } = test.backend
  const onError = (error: unknown) => {
    throw error
  }
  running = [
    startWorker({
      queue,
      clock,
      onError,
      deliver: (job, stop) => deliver(test.postern, job, stop),
    }),
    watchSettings(test.backend, test.postern.inForce, onError),
  ]
}

/** Without a save, which would wake the queue itself. */
async function edit(settings: SavedSettings) {
  const { version } = await test.backend.settings.read()
  await test.backend.settings.write({ from: { address: 'a@own.test' }, ...settings }, {}, version)
}
