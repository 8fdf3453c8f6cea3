import { Resend } from 'resend'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunningPostern } from '../../machine/start.ts'
import { temporaryDirectory as ownDirectory } from '../backends/local/temporary.ts'
import { startHere } from '../cli/run-command.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'

async function send(resend: Resend, to: string): Promise<string> {
  const from = 'me@own.test'
  const { data } = await resend.emails.send({ from, to, subject: 'Hello', text: 'Hi' })
  return data!.id
}

describe('a test address, while emails are captured', { timeout: 30_000 }, () => {
  let postern: RunningPostern
  let resend: Resend
  const directory = ownDirectory()
  beforeAll(async () => {
    postern = await startHere({ directory: directory.path })
    resend = new Resend('re_any', { baseUrl: postern.url })
  })
  afterAll(async () => {
    await postern.stop()
    directory.remove()
  })

  /** Sends and waits until it has come to that. */
  async function comesTo(to: string, event: string): Promise<string> {
    const id = await send(resend, to)
    await vi.waitFor(
      async () => expect((await resend.emails.get(id)).data!.last_event).toBe(event),
      { timeout: 20_000, interval: 5 },
    )
    return id
  }

  it.each([
    ['delivered@resend.dev', 'delivered'],
    ['bounced@resend.dev', 'bounced'],
    ['bounced+a-label@resend.dev', 'bounced'],
    ['Complained@simulator.postern.test', 'complained'],
    ['suppressed@resend.dev', 'suppressed'],
    ['delayed@simulator.postern.test', 'delivery_delayed'],
  ])('%s comes to %s', async (to, event) => {
    await comesTo(to, event)
  })

  it('may be written to again: it is on no suppression list', async () => {
    await comesTo('bounced@resend.dev', 'bounced')
    await comesTo('bounced@resend.dev', 'bounced')
    const { data } = await postern.postern.suppressions.list({ scope: '*', limit: 10 })
    expect(data).toEqual([])
  })

  it('is told of among the events, once', async () => {
    const to = 'bounced+event@simulator.postern.test'
    const id = await comesTo(to, 'bounced')
    const { data } = await postern.postern.events.list({ scope: '*', limit: 50 })
    expect(data.filter(({ emailId }) => emailId === id)).toMatchObject([
      { type: 'email.bounced', source: 'capture', address: to, word: 'Permanent/General' },
    ])
  })

  it('is no other address there', async () => {
    const id = await send(resend, 'someone@resend.dev')
    await comesTo('delivered@resend.dev', 'delivered')
    expect((await resend.emails.get(id)).data!.last_event).toBe('sent')
  })
})

describe('an address that a server refuses at once', { timeout: 30_000 }, () => {
  it.each([
    ['550 5.1.1 no such user', ['you@there.test']],
    ['550 5.7.1 your reputation is bad', []],
    ['550 no', []],
  ])('with %j is suppressed as the status says', async (said, suppressed) => {
    const server = await startSmtpServer({ rcpt: { say: said } })
    const smtp = { host: '127.0.0.1', port: server.port, security: 'none' }
    const env = { POSTERN_DEFAULTS: JSON.stringify({ engine: 'smtp', smtp }) }
    const { url, postern, stop } = await startHere({ directory: temporaryDirectory(), env })
    const id = await send(new Resend('re_any', { baseUrl: url }), 'you@there.test')
    const found = async () => (await postern.suppressions.list({ scope: '*', limit: 10 })).data
    await vi.waitFor(
      async () => {
        expect((await postern.emails.get(id, '*'))?.state).toBe('failed')
        expect((await found()).map(({ address }) => address)).toEqual(suppressed)
      },
      { timeout: 20_000, interval: 5 },
    )
    if (suppressed.length > 0)
      expect(await found()).toMatchObject([
        { project: 'default', causes: [{ reason: 'bounce', by: 'engine', emailId: id }] },
      ])
    await stop()
    await server.close()
  })
})
