import { describe, expect, it } from 'vitest'
import { createApp } from '../../api/app.ts'
import { openApi } from './open-api.ts'

function open(storage?: string) {
  const { postern, clock } = openApi()
  const disk = { storage, looks: 0 }
  const app = createApp(postern, {
    access: 'keys',
    hosts: ['mail.example.com'],
    version: '1',
    hostFacts: async () => {
      disk.looks += 1
      return { kind: 'machine', ...(disk.storage && { storage: disk.storage }) }
    },
  })
  const ask = async (path: string) => {
    const answer = await app.fetch(new Request(`http://10.0.0.7:8025${path}`))
    return [answer.status, await answer.text()]
  }
  return { ask, disk, clock }
}

describe('what runs a container', () => {
  it('is told without a key, and under any name, that Postern is alive and ready', async () => {
    const { ask } = open()
    expect([await ask('/livez'), await ask('/readyz')]).toEqual([
      [200, 'ok'],
      [200, 'ok'],
    ])
    // Nothing else answers there.
    expect((await ask('/v1/health'))[0]).toBe(403)
  })

  it('is told that it is not ready while no email can be kept, and alive all the same', async () => {
    const { ask, disk, clock } = open('the disk is full')
    expect([await ask('/livez'), await ask('/readyz')]).toEqual([
      [200, 'ok'],
      [503, 'not ready'],
    ])
    disk.storage = undefined
    await clock.advance(1_000)
    expect(await ask('/readyz')).toEqual([200, 'ok'])
  })

  it('has the disk looked at once a second, however often it asks', async () => {
    const { ask, disk } = open()
    await Promise.all(Array.from({ length: 100 }, () => ask('/readyz')))
    expect(disk.looks).toBe(1)
  })
})
