import { expect } from 'vitest'
import { contentKey } from '../../../../mail/content.ts'
import { calm, callsOf, meddle, meddleAlways, refused, type Checks } from './meddling.ts'

const text = 'x'.repeat(300_000)

/** Too large for the queue. */
const large = {
  content: { kind: 'structured', text, headers: {}, attachments: [] },
} as const

export const s3Checks: Checks = {
  async 'PUT 503 SlowDown / timeout'(whole) {
    meddle(whole, 'PutObject', refused('SlowDown', 503), refused('SlowDown', 503))
    await whole.accept(large)
    meddleAlways(whole, 'PutObject', refused('SlowDown', 503))
    await expect(whole.accept(large)).rejects.toThrow()
    // The job comes after both the content and the record: of the second there is none.
    expect(whole.sqs.on(whole.place.queueUrl)).toHaveLength(1)
    calm(whole)
    await whole.drain()
    expect(whole.smtp.emails).toHaveLength(1)
  },

  async 'GET truncated / checksum mismatch'(whole) {
    const id = await whole.accept(large)
    meddleAlways(whole, 'GetObject', { kind: 'cut' })
    await whole.drain()
    expect(whole.smtp.emails).toEqual([])
    // The claim was given back: it certainly was not sent, and nothing of it is on record.
    expect(await whole.email(id)).toMatchObject({
      state: 'queued',
      attempts: 0,
      timeline: [{ what: 'accepted' }],
    })
    calm(whole)
    const bytes = (await whole.backend.blobs.get(contentKey(id)))!
    const flipped = Buffer.from(bytes)
    flipped[1_000]! ^= 1
    meddle(
      whole,
      'GetObject',
      { kind: 'cut' },
      {
        kind: 'answer',
        with: (answer) => ({ ...answer, body: flipped }),
      },
    )
    await whole.pass(3_600_000)
    await whole.drain()
    expect(callsOf(whole, 'GetObject').length).toBeGreaterThan(3)
    expect(whole.smtp.emails.map(({ content }) => content.toString().includes('xxx'))).toEqual([
      true,
    ])
  },

  async 'NoSuchKey for an accepted message'(whole) {
    const id = await whole.accept(large)
    await whole.backend.blobs.remove(contentKey(id))
    await whole.drain()
    expect(await whole.email(id)).toMatchObject({
      state: 'held',
      lastReason: 'the content is missing',
    })
    expect(await whole.backend.queue.depth(whole.clock.now(), '*')).toMatchObject({ held: 1 })
    expect(whole.smtp.emails).toEqual([])
  },
}
