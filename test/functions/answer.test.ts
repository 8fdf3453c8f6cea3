import { describe, expect, it, onTestFinished } from 'vitest'
import type { Question } from '../../backends/aws/send-function.ts'
import { answer } from '../../functions/send/answer.ts'
import { settingsSchema } from '../../mail/settings/settings.ts'
import { openPostern, scriptedEngine } from '../open-postern.ts'

/** As it travels: what JSON cannot say is lost on the way. */
function travelled<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

describe('a question to the send function', () => {
  it('has a test email sent with settings and secrets that are saved nowhere', async () => {
    const opened: unknown[] = []
    const test = await openPostern({
      open: async (name, { secrets }) => {
        opened.push(secrets)
        return scriptedEngine(name, () => ({ kind: 'rejected', reason: '550 no' })).engine
      },
    })
    onTestFinished(() => test.close())
    const question: Question = {
      ask: 'sendWithCandidate',
      candidate: {
        settings: { engine: 'smtp', from: { address: 'a@own.test' }, smtp: { host: 'm.test' } },
        secrets: { 'smtp.password': 'hush-hush' },
      },
      wish: { to: { address: 'b@there.test' } },
      caller: { owner: 'key', project: 'default', scope: '*', capture: false },
    }
    const said = travelled(await answer(travelled(question), test.postern, 300_000))
    expect(said).toMatchObject({
      kind: 'sent',
      reason: '550 no',
      email: { owner: 'key', state: 'failed', to: [{ address: 'b@there.test' }] },
    })
    expect(opened).toEqual([{ 'smtp.password': 'hush-hush' }])
    expect(JSON.stringify(said)).not.toContain('hush-hush')
    const faulty = { ...question, candidate: { settings: { nosuch: 1 } } }
    expect(travelled(await answer(faulty, test.postern, 300_000))).toMatchObject({
      kind: 'faulty',
      faults: [{ path: 'nosuch' }],
    })
  })

  describe('to verify', () => {
    const saved = { engine: 'smtp', smtp: { host: 'good.test', username: 'me' } } as const

    async function asked(change: object, { locks = {}, secrets = {} } = {}) {
      const opened: { host: string; secrets: unknown }[] = []
      const test = await openPostern({
        locks,
        open: async (name, { settings, secrets }) => {
          opened.push({ host: settings.smtp.host, secrets })
          return scriptedEngine(name, () => ({ kind: 'sent' })).engine
        },
      })
      onTestFinished(() => test.close())
      const { version } = await test.backend.settings.read()
      await test.backend.settings.write(saved, { 'smtp.password': 'stored' }, version)
      const { settings } = await test.postern.inForce.refresh()
      const wanted = { ...settings, ...change }
      const question = { ask: 'verify', settings: wanted, secrets } as const
      return { opened, verdicts: await answer(travelled(question), test.postern, 300_000) }
    }

    it('the settings in force uses the stored secrets', async () => {
      const { opened, verdicts } = await asked({})
      expect(opened).toEqual([{ host: 'good.test', secrets: { 'smtp.password': 'stored' } }])
      expect(verdicts).toMatchObject({ smtp: { valid: true } })
    })

    it('a server that someone else chose never gets a stored secret', async () => {
      const smtp = settingsSchema.parse({ smtp: { host: 'evil.test', username: 'me' } }).smtp
      const { opened, verdicts } = await asked({ smtp })
      expect(opened).toEqual([])
      expect(verdicts).toEqual({
        smtp: { valid: false, reason: expect.stringContaining('smtp.host') as string },
      })
      const given = await asked({ smtp }, { secrets: { 'smtp.password': 'their own' } })
      expect(given.opened).toEqual([
        { host: 'evil.test', secrets: { 'smtp.password': 'their own' } },
      ])
    })

    it('settings that a lock forbids asks as the lock says', async () => {
      const locks = { smtp: { host: 'locked.test' } }
      const smtp = settingsSchema.parse({ smtp: { host: 'evil.test', username: 'me' } }).smtp
      const { opened } = await asked({ smtp }, { locks })
      expect(opened.map(({ host }) => host)).toEqual(['locked.test'])
    })
  })
})
