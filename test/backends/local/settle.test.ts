import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localBackend, type LocalBackend } from '../../../backends/local/index.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { temporaryDirectory } from './temporary.ts'

/** One commit says that an email is settled and that its job is done. */
describe('settling an email', () => {
  const { path, remove } = temporaryDirectory()
  const clock = virtualClock()
  let backend: LocalBackend
  beforeEach(() => {
    backend = localBackend(path, { clock })
  })
  afterEach(() => {
    backend.close()
    remove()
  })

  async function taken() {
    const email = anEmail({ dueAt: clock.now() })
    const content = { kind: 'structured', text: 'x', headers: {}, attachments: [] } as const
    await backend.intake.put([{ email, content }])
    const [job] = backend.queue.take(1, 1)
    const claim = await backend.emails.claim(email.id, clock.now(), 60)
    if (claim.kind !== 'claimed') throw new Error(claim.kind)
    return { id: email.id, job: job!, token: claim.claim }
  }

  /** As after `kill -9`: nothing is acknowledged any more. */
  function restart() {
    backend.close()
    backend = localBackend(path, { clock })
  }

  it('acknowledges the job with it', async () => {
    const { id, job, token } = await taken()
    expect(await backend.emails.settle(id, token, { state: 'sent' }, { done: job })).toBe(true)
    expect(await backend.queue.depth(clock.now(), '*')).toMatchObject({ depth: 0, sending: 0 })
    await backend.queue.acknowledge(job)
    restart()
    expect(backend.queue.take(1, 1)).toEqual([])
  })

  it('leaves the job of a holder that lost its lease', async () => {
    const { id, job } = await taken()
    expect(await backend.emails.settle(id, 'not held', { state: 'sent' }, { done: job })).toBe(
      false,
    )
    restart()
    expect(backend.queue.take(1, 1)).toMatchObject([{ id }])
  })

  it('leaves the job unless it is told of it', async () => {
    const { id, token } = await taken()
    expect(await backend.emails.settle(id, token, { state: 'failed' })).toBe(true)
    restart()
    expect(backend.queue.take(1, 1)).toMatchObject([{ id }])
  })
})
