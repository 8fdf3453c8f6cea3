import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWorker, type LocalWorker } from '../../../backends/local/worker.ts'
import type { Disposition } from '../../../mail/deliver/disposition.ts'
import { leaseSeconds } from '../../../mail/deliver/lease.ts'
import type { Email } from '../../../mail/email/email.ts'
import type { Job } from '../../../mail/email/job.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { localBackend } from '../../../backends/local/index.ts'
import { temporaryBackend, type TemporaryBackend } from './temporary.ts'

const content = { kind: 'structured', text: 'Hi', headers: {}, attachments: [] } as const
const done: Disposition = { kind: 'acknowledge' }

describe('an email for which the worker has a place', () => {
  let place: TemporaryBackend
  let worker: LocalWorker | undefined
  beforeEach(() => {
    place = temporaryBackend()
  })
  afterEach(async () => {
    await worker?.stop()
    place.close()
  })

  function start(deliver: (job: Job) => Promise<Disposition>) {
    const { backend, clock } = place
    worker = startWorker({
      queue: backend.queue,
      deliver,
      clock,
      onError: (error) => {
        throw error
      },
    })
  }

  const dueNow = (change: Partial<Email> = {}) => {
    const now = place.clock.now()
    return anEmail({ dueAt: now, since: now, createdAt: now, ...change })
  }
  const accept = async (email = dueNow()) => {
    await place.backend.intake.put([{ email, content }])
    return email
  }
  const get = (id: string) => place.backend.emails.get(id, '*')
  const claim = (id: string) => place.backend.emails.claim(id, place.clock.now(), leaseSeconds)
  const depth = () => place.backend.queue.depth(place.clock.now(), '*')

  it('is accepted and claimed in one commit, with its content', async () => {
    start(() => new Promise(() => undefined))
    const email = await accept()
    const stored = await get(email.id)
    expect(stored).toMatchObject({ state: 'sending', revision: 2 })
    expect(await claim(email.id)).toMatchObject({
      kind: 'claimed',
      email: stored,
      content,
      takenOver: false,
    })
    expect(await claim(email.id)).toMatchObject({ kind: 'leased' })
    expect(await depth()).toMatchObject({ depth: 0, sending: 1 })
    worker = undefined
  })

  it('is delivered once, and leaves nothing in the queue', async () => {
    const delivered: string[] = []
    start(async ({ id }) => {
      delivered.push(id)
      const claimed = await claim(id)
      if (claimed.kind !== 'claimed') throw new Error(claimed.kind)
      return done
    })
    const email = await accept()
    await worker!.stop()
    expect(delivered).toEqual([email.id])
    expect(await depth()).toMatchObject({ depth: 0, sending: 0 })
  })

  it('waits unclaimed, as any other, when it is put off before it was claimed', async () => {
    const times: number[] = []
    start(async ({ id }) => {
      times.push(place.clock.now())
      if (times.length === 1) return { kind: 'defer', seconds: 30 }
      expect(await claim(id)).toMatchObject({ kind: 'claimed', takenOver: false })
      return done
    })
    const { id, dueAt } = await accept()
    await until(async () => (await get(id))?.state === 'queued')
    expect(await get(id)).not.toHaveProperty('claim', expect.any(String))
    expect(await depth()).toMatchObject({ depth: 1, sending: 0 })
    await place.clock.advance(30_000)
    await worker!.stop()
    expect(times).toEqual([dueAt, dueAt + 30_000])
  })

  it('is claimed again when it has waited long since', async () => {
    start(() => new Promise(() => undefined))
    const { id } = await accept()
    await place.clock.advance(100_000)
    expect(await claim(id)).toMatchObject({ kind: 'claimed', takenOver: false })
    expect(await get(id)).toMatchObject({
      state: 'sending',
      leaseUntil: place.clock.now() + leaseSeconds * 1_000,
    })
    worker = undefined
  })

  it('comes again after a crash, as one that may have been sent', async () => {
    start(() => new Promise(() => undefined))
    const { id } = await accept()
    worker = undefined
    place.backend.close()
    const { path, clock } = place
    const backend = localBackend(path, { clock })
    expect(backend.queue.take(10, 10).map((job) => job.id)).toEqual([id])
    expect(await backend.emails.claim(id, clock.now(), leaseSeconds)).toMatchObject({
      kind: 'claimed',
      takenOver: true,
    })
    backend.close()
  })

  it('is put in the queue while others are put off', async () => {
    start(() => Promise.resolve({ kind: 'defer', seconds: 30 }))
    const { id } = await accept()
    await until(async () => (await get(id))?.state === 'queued')
    const next = await accept()
    expect(await get(next.id)).toMatchObject({ state: 'queued', revision: 1 })
  })

  it('is put in the queue when it is in a group or large', async () => {
    start(() => new Promise(() => undefined))
    const grouped = await accept(dueNow({ group: 'a-group' }))
    const large = dueNow()
    const text = 'x'.repeat(300_000)
    await place.backend.intake.put([{ email: large, content: { ...content, text } }])
    for (const { id } of [grouped, large]) expect(await get(id)).toMatchObject({ state: 'queued' })
    worker = undefined
  })

  it('gives its place to others when it is there already', async () => {
    start(() => Promise.resolve(done))
    const email = await accept()
    for (let time = 0; time < 100; time++) await accept(email)
    const other = await accept()
    await worker!.stop()
    expect(await get(other.id)).toMatchObject({ state: 'sending', revision: 2 })
  })
})

async function until(isSo: () => Promise<boolean>) {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}
