import { expect } from 'vitest'
import { posternOf } from '../whole.ts'
import { calm, callsOf, meddle, meddleAlways, refused, type Checks } from './meddling.ts'

const login = { smtp: { username: 'ann' } }

export const ssmChecks: Checks = {
  async 'Throttling at cold start of 100 workers'(whole) {
    meddle(whole, 'GetParameter', refused('ThrottlingException'), refused('ThrottlingException'))
    const { inForce } = posternOf(whole.another(), whole.clock)
    const good = await inForce.current()
    expect(good.settings.engine).toBe('smtp')
    meddleAlways(whole, 'GetParameter', refused('ThrottlingException'))
    const before = callsOf(whole, 'GetParameter').length
    for (let asked = 0; asked < 50; asked++) await inForce.current()
    expect(callsOf(whole, 'GetParameter')).toHaveLength(before)
    await whole.pass(10_000)
    const stale = await inForce.current()
    expect(stale.settings).toEqual(good.settings)
    expect(stale.faults).toHaveLength(1)
    calm(whole)
    await whole.pass(10_000)
    expect((await inForce.current()).faults).toEqual([])
  },

  async 'parameter rotated'(whole) {
    const { settings } = whole.backend
    whole.smtp.script = {
      login: true,
      auth: ({ line }) => (line.includes(wrong) ? '535 no' : undefined),
    }
    const save = async (password: string) => {
      const { settings: saved, version } = await settings.read()
      await settings.write(
        { ...(saved as object), ...smtp(whole.smtp.port) },
        { 'smtp.password': password },
        version,
      )
    }
    await save('wrong')
    const id = await whole.accept()
    await whole.drain()
    expect(await whole.email(id)).toMatchObject({ state: 'queued' })
    await save('right')
    await whole.pass(60_000)
    await whole.drain()
    expect(await whole.email(id)).toMatchObject({ state: 'sent' })
    // Each version was read once, however many emails there were.
    await whole.accept()
    await whole.pass(60_000)
    await whole.drain()
    expect(callsOf(whole, 'GetParameters')).toHaveLength(2)
  },
}

/** AUTH PLAIN, as it says the user and the wrong password. */
const wrong = Buffer.from('\0ann\0wrong').toString('base64')

function smtp(port: number) {
  return { smtp: { host: '127.0.0.1', port, security: 'none', ...login.smtp } }
}
