import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saveSettings } from '../../../mail/configure/save.ts'
import { idOf } from '../../../mail/email/id.ts'
import { tokenOf } from '../../../mail/email/token.ts'
import { openPostern, type TestPostern } from '../../open-postern.ts'

let test: TestPostern
beforeEach(async () => void (test = await openPostern()))
afterEach(() => test.close())

async function replaceKey(key: string) {
  const { saved: settings, version } = await test.postern.inForce.refresh()
  const change = { settings, version, secrets: { 'feedback.key': key } }
  expect(await saveSettings(test.postern, change)).toMatchObject({ kind: 'saved' })
}

async function find(...tokens: string[]) {
  const { fleet, inForce } = test.postern
  return fleet.findEmail(tokens, (await inForce.current()).settings.secrets)
}

describe('the email that a token proves', () => {
  it('is none before a key was made', async () => {
    expect(await find(tokenOf(idOf('x', test.clock.now()), 'any'))).toBeNull()
  })

  it('is found by the key in force and by those before it', async () => {
    const id = idOf('an email', test.clock.now())
    for (const key of ['first', 'second', 'third', 'fourth']) await replaceKey(key)
    const found = ['fourth', 'third', 'second', 'first'].map((key) => find(tokenOf(id, key)))
    expect(await Promise.all(found)).toEqual([id, id, id, null])
  })

  it('is that of the first token that proves one', async () => {
    await replaceKey('key')
    const [one, other] = ['one', 'other'].map((name) => idOf(name, test.clock.now()))
    expect(await find('noise', tokenOf(one!, 'key'), tokenOf(other!, 'key'))).toBe(one)
  })
})
