import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localBackend, type LocalBackend } from '../../../backends/local/index.ts'
import { contentKey } from '../../../mail/content.ts'
import { anEmail, noon } from '../../conformance/email-samples.ts'
import { aJob } from '../../conformance/queue.ts'
import { temporaryBackend, type TemporaryBackend } from './temporary.ts'

describe('a local backend that is opened again', () => {
  let place: TemporaryBackend
  let again: LocalBackend | undefined
  beforeEach(() => {
    place = temporaryBackend()
    again = undefined
  })
  afterEach(() => {
    again?.close()
    place.close()
  })

  function reopen(): LocalBackend {
    place.backend.close()
    again = localBackend(place.path, { clock: place.clock })
    return again
  }

  it('takes over at once what the process before was sending, as maybe sent', async () => {
    const email = anEmail()
    const { emails } = place.backend
    await emails.create(email)
    const first = await emails.claim(email.id, email.dueAt, 75)
    const second = await reopen().emails.claim(email.id, email.dueAt, 75)
    expect(first).toMatchObject({ kind: 'claimed', takenOver: false })
    expect(second).toMatchObject({ kind: 'claimed', takenOver: true })
  })

  it('offers again what was being worked on, and only that', async () => {
    const { queue } = place.backend
    const jobs = [aJob(), aJob(), aJob()]
    await queue.put(jobs)
    const [first] = queue.take(2, 2)
    await queue.acknowledge(first!)
    const ids = reopen()
      .queue.take(10, 10)
      .map(({ id }) => id)
    expect(ids).toEqual([jobs[1]!.id, jobs[2]!.id])
  })

  it('puts a job again for an email that a crash left waiting without one', async () => {
    const { emails, queue } = place.backend
    const [stranded, queued, done] = [anEmail(), anEmail(), anEmail({ state: 'sent' })]
    for (const email of [stranded, queued, done]) await emails.create(email)
    await emails.change(stranded, { since: noon })
    await queue.put([aJob({ id: queued.id, dueAt: queued.dueAt })])
    const opened = reopen()
    await place.clock.advance(noon - place.clock.now())
    const ids = opened.queue.take(10, 10).map(({ id }) => id)
    expect(ids.sort()).toEqual([stranded.id, queued.id].sort())
  })

  it('forgets a new record that a crash left without a job: no caller was told yes', async () => {
    const email = anEmail()
    const { emails, blobs } = place.backend
    await emails.create(email)
    await blobs.put(contentKey(email.id), Buffer.from('{}'))
    const opened = reopen()
    expect(await opened.emails.get(email.id, '*')).toBeUndefined()
    expect(await opened.blobs.get(contentKey(email.id))).toBeUndefined()
  })

  it('lets a request go on at once that the process before was working on', async () => {
    const entry = {
      ...{ owner: 'o', key: 'k', id: 'i', bodyHash: 'h' },
      ...{ startedAt: 5, expiresAt: 9, finished: false },
    }
    await place.backend.idempotency.begin(entry, 5)
    await place.backend.idempotency.begin({ ...entry, key: 'done' }, 5)
    await place.backend.idempotency.finish('o', 'done')
    const { idempotency } = reopen()
    expect(await idempotency.begin(entry, 6)).toEqual({ ...entry, startedAt: 0 })
    expect(await idempotency.begin({ ...entry, key: 'done' }, 6)).toMatchObject({ startedAt: 5 })
  })

  it('keeps an engine paused', async () => {
    await place.backend.standing.pause('smtp', 0, { at: 0, until: 5, reason: '535 no' })
    expect(await reopen().standing.read('smtp')).toMatchObject({ pauses: 1 })
  })
})
