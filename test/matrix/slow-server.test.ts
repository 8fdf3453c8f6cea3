import { afterEach, describe, expect, it } from 'vitest'
import { startWorker, type LocalWorker } from '../../backends/local/worker.ts'
import { accept } from '../../mail/accept/accept.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { Email } from '../../mail/email/email.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import {
  asking,
  emailRequest,
  openPostern,
  type TestOptions,
  type TestPostern,
} from '../open-postern.ts'
import { startSmtpServer, type SmtpServer } from '../remote/smtp-server.ts'

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const minutes = 60_000

describe('a server that is slow, and the worker of one machine', () => {
  let test: TestPostern
  let worker: LocalWorker
  let server: SmtpServer | undefined
  let isOpen = false
  afterEach(async () => {
    if (isOpen) await close()
    await server?.close()
    server = undefined
  })

  async function open(options: TestOptions) {
    test = await openPostern(options)
    isOpen = true
    const { backend, clock, postern } = test
    worker = startWorker({
      queue: backend.queue,
      deliver: (job, stop) => deliver(postern, job, stop),
      clock,
      stopMs: 80_000,
      onError: (error) => {
        throw error as Error
      },
    })
  }

  async function close() {
    isOpen = false
    const stopped = worker.stop()
    await test.clock.advance(0)
    await test.clock.advance(81_000)
    await stopped
    const closed = test.close()
    await test.clock.advance(1_000)
    await closed
  }

  async function put(domain: string): Promise<string> {
    const to = [{ address: `bob@${domain}` }]
    const answer = await accept(test.postern, asking(emailRequest({ to })), caller)
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    return answer.id
  }

  /** Lets time pass in steps that are shorter than anything that waits. */
  async function pass(ms: number, stepMs: number) {
    for (let gone = 0; gone < ms; gone += stepMs) await test.clock.advance(stepMs)
  }

  /** One email, whose dot a raw server answers only when it is released. */
  async function waitForDot(): Promise<string> {
    server = await startSmtpServer({ dot: { wait: true, say: '250 2.0.0 Ok: queued as LATE' } })
    const smtp = { host: '127.0.0.1', port: server.port, security: 'none' as const }
    await open({ settings: { engine: 'smtp', smtp } })
    const waits = new Promise((resolve) => server!.events.once('wait', () => resolve(undefined)))
    const id = await put('a.test')
    await waits
    return id
  }

  async function settled(id: string): Promise<Email> {
    for (;;) {
      const email = await test.postern.emails.get(id, '*')
      if (email && email.state !== 'sending') return email
      await test.clock.advance(0)
    }
  }

  it.each([25_000, 40_000, 4 * minutes, 9.9 * minutes])(
    'gets one copy and is believed when it answers the dot after %i ms',
    async (ms) => {
      const id = await waitForDot()
      await pass(ms, 5_000)
      server!.release()
      const email = await settled(id)
      expect(email).toMatchObject({ state: 'sent', attempts: 1 })
      expect(email.timeline.at(-1)).toMatchObject({ outcome: 'sent', remoteId: 'LATE' })
      await pass(10 * minutes, minutes)
      expect(server!.emails).toHaveLength(1)
    },
  )

  it('is waited for by a stop as long as that allows, and then in doubt', async () => {
    const id = await waitForDot()
    const stopped = worker.stop()
    await test.clock.advance(0)
    await pass(79_000, 1_000)
    expect(await test.postern.emails.get(id, '*')).toMatchObject({ state: 'sending' })
    await pass(1_000, 1_000)
    await stopped
    const email = await settled(id)
    expect(email.state).toBe('queued')
    expect(email.timeline.at(-1)).toMatchObject({ outcome: 'ambiguous' })
  })

  it('does not slow down 1,000 emails for another domain', async () => {
    const alone = await millisecondsFor(1_000, 0)
    const besideSlow = await millisecondsFor(1_000, 200)
    expect(besideSlow / alone).toBeLessThanOrEqual(1.2)
  }, 120_000)

  /** How long so many emails take whose server answers in 20 ms, next to some that take minutes. */
  async function millisecondsFor(quick: number, slow: number): Promise<number> {
    let taken = 0
    const engine: Engine = {
      name: 'smtp',
      async send({ envelope: { to } }, signal) {
        const isSlow = to[0]!.endsWith('@slow.test')
        const { clock } = test
        await clock.until(clock.now() + (isSlow ? 4 * minutes : 20), signal)
        if (!isSlow) taken += 1
        return { kind: signal.aborted ? 'ambiguous' : 'sent', reason: 'late' }
      },
      verify: async () => ({ valid: true }),
      rate: async () => null,
      close: async () => undefined,
    }
    await open({ settings: { engine: 'smtp' }, engines: { smtp: engine } })
    const { clock } = test
    await Promise.all(Array.from({ length: slow }, () => put('slow.test')))
    await clock.advance(0)
    await Promise.all(Array.from({ length: quick }, () => put('quick.test')))
    const since = clock.now()
    while (taken < quick) await clock.advance(5)
    const took = clock.now() - since
    await close()
    return took
  }
})
