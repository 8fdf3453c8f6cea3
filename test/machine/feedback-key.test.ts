import { expect, it, onTestFinished } from 'vitest'
import { makeFeedbackKey } from '../../machine/feedback-key.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { openPostern } from '../open-postern.ts'

async function start(defaults: SavedSettings) {
  const test = await openPostern({ defaults })
  onTestFinished(() => test.close())
  await makeFeedbackKey(test.postern)
  const { settings } = await test.postern.inForce.refresh()
  return { ...test, pinned: () => settings.secrets['feedback.key'] }
}

it('a bounce domain of the deployment has its key from the first start on, and keeps it', async () => {
  const { postern, pinned } = await start({ feedback: { bounceDomain: 'b.own.test' } })
  expect(pinned()).toBe(1)
  const secrets = await postern.settings.readSecrets({ 'feedback.key': 1 })
  expect(secrets['feedback.key']).toMatch(/^[\w-]{43}$/)
  await makeFeedbackKey(postern)
  expect((await postern.inForce.refresh()).settings.secrets['feedback.key']).toBe(1)
})

it('without a bounce domain nothing is saved', async () => {
  const { pinned } = await start({})
  expect(pinned()).toBeUndefined()
})

it('a document that is broken is left alone', async () => {
  const { postern, backend } = await start({})
  const { version } = await backend.settings.read()
  const broken = { engine: 'pigeon', feedback: { bounceDomain: 'b.own.test' } }
  await backend.settings.write(broken, {}, version)
  await makeFeedbackKey(postern)
  expect((await backend.settings.read()).settings).toEqual(broken)
})
