import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { followed } from '../../cli/events.ts'
import { openApi } from '../api/open-api.ts'
import { startHere } from './run-command.ts'

describe('postern events', () => {
  it('says what became of an email, and of what else', async () => {
    const postern = await startHere()
    expect(await postern.run('events')).toMatchObject({ code: 0, out: 'no events\n' })
    await postern.run('suppressions', 'add', 'gone@there.test')
    expect((await postern.run('events')).out).toMatch(/suppression\.added\s+gone@there\.test/)
    const { out } = await postern.run('events', '--type', 'suppression.added', '--json')
    expect(JSON.parse(out)).toMatchObject({ data: [{ recipient: 'gone@there.test' }] })
    expect((await postern.run('events', '--type', 'email.held')).out).toBe('no events\n')
    expect(await postern.run('events', '--type', 'no')).toMatchObject({ code: 1 })
    const id = '01890000-0000-7000-8000-000000000000'
    expect(await postern.run('events', '--email', id)).toMatchObject({ code: 1 })
    expect(await postern.run('events', '--email', id, '-f')).toMatchObject({ code: 2 })
    await postern.stop()
  })

  it('goes on with what comes, each event once, from the last that there were', async () => {
    const api = openApi()
    const { suppressions } = api.postern
    const client = {
      call: async <T>(_method: string, path: string) => (await api.read(path)) as unknown as T,
    }
    const add = async (name: string) => {
      const place = { project: 'default', address: `${name}@there.test` }
      await suppressions.add(place, { reason: 'manual', at: api.clock.now(), by: 'local' })
      await api.clock.advance(1)
    }
    for (const name of ['a', 'b', 'c']) await add(name)
    const events = followed(client, { limit: '2' }, () => setImmediate())
    const next = async () => (await events.next()).value.recipient
    expect([await next(), await next()]).toEqual(['b@there.test', 'c@there.test'])
    const coming = next()
    await add('d')
    await add('e')
    expect([await coming, await next()]).toEqual(['d@there.test', 'e@there.test'])
  })
})
