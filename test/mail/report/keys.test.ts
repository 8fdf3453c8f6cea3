import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saveSettings } from '../../../mail/configure/save.ts'
import { tokenKeys } from '../../../mail/report/keys.ts'
import { openPostern, type TestPostern } from '../../open-postern.ts'

let test: TestPostern
beforeEach(async () => void (test = await openPostern()))
afterEach(() => test.close())

async function replaceKey(key: string) {
  const { saved: settings, version } = await test.postern.inForce.refresh()
  const change = { settings, version, secrets: { 'feedback.key': key } }
  expect(await saveSettings(test.postern, change)).toMatchObject({ kind: 'saved' })
}

describe('the keys that prove which email is ours', () => {
  it('are none before one was made', async () => {
    const { settings, inForce } = test.postern
    expect(await tokenKeys(settings, inForce)()).toEqual([])
  })

  it('are the one in force and those before it, the newest first', async () => {
    const { settings, inForce } = test.postern
    const read = tokenKeys(settings, inForce)
    for (const key of ['first', 'second', 'third', 'fourth']) await replaceKey(key)
    expect(await read()).toEqual(['fourth', 'third', 'second'])
  })
})
