import { describe, expect, it, onTestFinished } from 'vitest'
import type { Question } from '../../backends/aws/send-function.ts'
import { answer } from '../../functions/send/answer.ts'
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
      caller: { owner: 'key', capture: false },
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
})
