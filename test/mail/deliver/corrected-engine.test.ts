import { afterEach, expect, it } from 'vitest'
import { startWorker } from '../../../backends/local/worker.ts'
import { accept } from '../../../mail/accept/accept.ts'
import { saveSettings } from '../../../mail/configure/save.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { retry } from '../../../mail/manage/manage.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const emails = 50

let test: TestPostern
let worker: ReturnType<typeof startWorker>
afterEach(async () => {
  await worker.stop()
  await test.close()
})

/** A machine whose engine has been blocked for an hour, with emails that came all the while. */
async function blockedForAnHour() {
  let outcome: Outcome = { kind: 'blocked', reason: '535 wrong password' }
  const smtp = scriptedEngine('smtp', () => outcome)
  test = await openPostern({ engines: { smtp: smtp.engine }, settings: { engine: 'smtp' } })
  const { postern, backend, clock } = test
  worker = startWorker({
    queue: backend.queue,
    clock,
    deliver: (job, stop) => deliver(postern, job, stop),
    onError: (error) => {
      throw error
    },
  })
  const ids: string[] = []
  for (let i = 0; i < emails; i++) {
    const accepted = await accept(postern, asking(emailRequest()), caller)
    if (accepted.kind !== 'accepted') throw new Error(accepted.kind)
    ids.push(accepted.id)
    await clock.advance(3_600_000 / emails)
  }
  expect((await postern.queue.depth(clock.now(), '*')).oldestAgeSeconds).toBe(3_600)
  const correct = () => (outcome = { kind: 'sent' })
  const untilAllSent = async () => {
    const states = () =>
      Promise.all(ids.map(async (id) => (await postern.emails.get(id, '*'))!.state))
    await expect.poll(states).toEqual(ids.map(() => 'sent'))
  }
  return { ids, correct, untilAllSent }
}

it('all that waited leaves without any time to pass when the settings are saved', async () => {
  const { correct, untilAllSent } = await blockedForAnHour()
  correct()
  const { version } = await test.postern.settings.read()
  const settings = { engine: 'smtp', keepContentDays: 1 }
  expect(await saveSettings(test.postern, { settings, version })).toMatchObject({ kind: 'saved' })
  await untilAllSent()
})

it('all that waited leaves without any time to pass when one email is retried', async () => {
  const { ids, correct, untilAllSent } = await blockedForAnHour()
  correct()
  expect(await retry(test.postern, ids[17]!, '*')).toMatchObject({ kind: 'done' })
  await untilAllSent()
})
