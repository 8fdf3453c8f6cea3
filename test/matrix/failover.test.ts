import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWorker, type LocalWorker } from '../../backends/local/worker.ts'
import { accept } from '../../mail/accept/accept.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { Email } from '../../mail/email/email.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../open-postern.ts'
import type { Script } from '../remote/smtp-script.ts'
import { startSmtpServer, type SmtpServer } from '../remote/smtp-server.ts'

const emails = 500
const login: Script = { login: true }
const wrongPassword: Script = { ...login, auth: '535 5.7.8 not with that password' }
const isLoginOrMail = (line: string) => /^(AUTH|MAIL) /.test(line)

/** A real SMTP server first, another engine behind it, and the worker of one machine. */
describe('two engines in order', () => {
  let server: SmtpServer
  let test: TestPostern
  let second: ReturnType<typeof scriptedEngine>
  let worker: LocalWorker
  let errors: unknown[]

  beforeEach(async () => {
    errors = []
    server = await startSmtpServer(login)
    second = scriptedEngine('sendmail', () => ({ kind: 'sent' }))
    test = await openPostern({ engines: { sendmail: second.engine } })
    const { backend, clock, postern } = test
    const smtp = { host: '127.0.0.1', port: server.port, security: 'none', username: 'ann' }
    const { version } = await backend.settings.read()
    const saved = { engine: ['smtp', 'sendmail'], smtp }
    await backend.settings.write(saved, { 'smtp.password': 'secret' }, version)
    await postern.inForce.refresh()
    worker = startWorker({
      queue: backend.queue,
      deliver: (job, stop) => deliver(postern, job, stop),
      clock,
      onError: (error) => errors.push(error),
    })
  })
  afterEach(async () => {
    await worker.stop()
    await test.close()
    await server.close()
    expect(errors).toEqual([])
  })

  it('send everything by the second while the first refuses our login', async () => {
    server.script = wrongPassword
    const ids = await acceptMany(emails)
    await untilAllWere(ids, 'sent')
    expect(server.emails).toHaveLength(0)
    expect(second.parcels.map(({ id }) => id).sort()).toEqual([...ids].sort())
    const all = await records(ids)
    // Blocked is not counted, so this is the first attempt, and none had to wait for another.
    expect(new Set(all.map(({ attempts }) => attempts))).toEqual(new Set([1]))
    expect(new Set(all.map(({ settledAt }) => settledAt))).toEqual(new Set([test.clock.now()]))
    expect(new Set(all.map(wayOf))).toEqual(
      new Set(['smtp blocked, sendmail sent', 'sendmail sent']),
    )
  })

  it('leave the first alone after it refused those that were being sent', async () => {
    server.script = wrongPassword
    const ids = await acceptMany(emails)
    await untilAllWere(ids, 'sent')
    const asked = (await records(ids)).filter((email) => wayOf(email).startsWith('smtp'))
    expect(asked.length).toBeGreaterThan(0)
    // So many of one stream are sent at a time.
    expect(asked.length).toBeLessThanOrEqual(26)
    expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 1 })
  })

  it('use the first again as soon as a probe after its pause succeeds', async () => {
    server.script = wrongPassword
    await untilAllWere(await acceptMany(1), 'sent')
    server.script = login
    await test.clock.advance(29_999)
    await untilAllWere(await acceptMany(1), 'sent')
    expect(server.emails).toHaveLength(0)
    await test.clock.advance(1)
    const [probe] = await records(await untilAllWere(await acceptMany(1), 'sent'))
    expect(wayOf(probe!)).toBe('smtp sent')
    const after = await records(await untilAllWere(await acceptMany(10), 'sent'))
    expect(after.map(wayOf)).toEqual(after.map(() => 'smtp sent'))
    expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 0 })
  })

  it('ask the first once after each pause, which grows, while it still refuses', async () => {
    server.script = wrongPassword
    await untilAllWere(await acceptMany(1), 'sent')
    for (const pause of [30_000, 60_000, 120_000]) {
      const before = server.commands.filter(isLoginOrMail).length
      await test.clock.advance(pause - 1)
      await untilAllWere(await acceptMany(20), 'sent')
      expect(server.commands.filter(isLoginOrMail)).toHaveLength(before)
      await test.clock.advance(1)
      await untilAllWere(await acceptMany(20), 'sent')
      expect(server.commands.filter(isLoginOrMail)).toHaveLength(before + 1)
    }
  })

  it('send nothing twice when the first is lost after the final dot', async () => {
    server.script = { ...login, dot: { then: 'close', keep: true } }
    const ids = await acceptMany(50)
    await untilAll(ids, ({ timeline }) => timeline.length > 1)
    expect(second.parcels).toHaveLength(0)
    expect(server.emails).toHaveLength(50)
    const all = await records(ids)
    expect(new Set(all.map(wayOf))).toEqual(new Set(['smtp ambiguous']))
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['queued']))
  })

  async function acceptMany(count: number): Promise<string[]> {
    const request = (i: number) => emailRequest({ to: [{ address: `r@d${i % 9}.test` }] })
    const answers = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        accept(test.postern, asking(request(i)), {
          owner: 'local',
          project: 'default',
          scope: '*',
          capture: false,
        }),
      ),
    )
    return answers.map((answer) => (answer.kind === 'accepted' ? answer.id : answer.kind))
  }

  function untilAllWere(ids: string[], state: Email['state']): Promise<string[]> {
    return untilAll(ids, (email) => email.state === state)
  }

  /** Time stands still meanwhile: what needs time does not happen. */
  async function untilAll(ids: string[], is: (email: Email) => boolean): Promise<string[]> {
    while (!(await records(ids)).every(is)) await new Promise((resolve) => setImmediate(resolve))
    return ids
  }

  async function records(ids: readonly string[]): Promise<Email[]> {
    return Promise.all(ids.map(async (id) => (await test.postern.emails.get(id, '*'))!))
  }
})

/** The engine of each attempt and what it came to, as the timeline tells them. */
function wayOf({ timeline }: Email): string {
  const attempts = timeline.filter(({ what }) => what === 'attempt')
  return attempts.map(({ engine, outcome }) => `${engine} ${outcome}`).join(', ')
}
