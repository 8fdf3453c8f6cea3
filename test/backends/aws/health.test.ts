import { expect, it } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import { fullAccess } from '../../full-access.ts'
import { onAws } from './emulated.ts'
import { posternOf, smtpTo } from './whole.ts'

onAws('on AWS', (aws) =>
  it('health costs one call in ten seconds at most, however many strangers ask', async () => {
    const { backend, clock, front, close } = await aws.virtual()
    const postern = posternOf(backend, clock)
    const { version } = await backend.settings.read()
    await backend.settings.write(smtpTo(2525), {}, version)
    const { key, token } = makeApiKey(fullAccess, clock.now())
    await backend.keys.create(key)
    const app = createApp(postern, {
      access: 'keys',
      version: '1.2.3',
      hostFacts: async () => ({ kind: 'function' as const }),
      log: () => undefined,
    })
    const ask = async (headers: Record<string, string> = {}): Promise<unknown> =>
      (await app.fetch(new Request('http://postern.test/v1/health', { headers }))).json()

    front.calls.length = 0
    for (let second = 0; second < 60; second++) {
      const answers = await Promise.all(Array.from({ length: 1_000 }, () => ask()))
      expect(answers[0]).toEqual({ status: 'degraded', mailer: { valid: false } })
      await clock.advance(1_000)
    }
    expect(front.calls.length).toBeLessThanOrEqual(6)
    expect(front.calls.length).toBeGreaterThan(0)
    expect(
      front.calls.filter(({ service }) => service === 'sqs' || service === 'monitoring'),
    ).toEqual([])

    const known = await ask({ authorization: `Bearer ${token}` })
    expect(known).toMatchObject({ queue: { depth: 0 }, mailer: { engine: ['smtp'] } })
    await close()
  }, 60_000),
)
