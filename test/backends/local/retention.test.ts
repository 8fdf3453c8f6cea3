import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Keep } from '../../../backends/local/keep.ts'
import type { Email } from '../../../mail/email/email.ts'
import { emailStates, isSettled, type EmailState } from '../../../mail/email/states.ts'
import { aCapture } from '../../conformance/captures.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { keeping, temporaryBackend, type TemporaryBackend } from './temporary.ts'

const day = 86_400_000

describe('retention', () => {
  let place: TemporaryBackend
  beforeEach(() => open({ days: 30 }))
  afterEach(() => place.close())

  function open(keep: Keep) {
    place?.close()
    place = temporaryBackend(keep)
  }

  /** An email of now with its content; settled now if its state is one that is. */
  async function keep(state: EmailState, values: Partial<Email> = {}): Promise<Email> {
    const now = place.clock.now()
    const settled = isSettled(state) ? { settledAt: now } : {}
    const email = anEmail({ id: idAt(now), state, createdAt: now, ...settled, ...values })
    await place.backend.emails.create(email)
    await place.backend.blobs.put(`content/${email.id}`, Buffer.from('content'))
    return email
  }

  const sweep = (keepContentDays = 365) =>
    place.backend.sweep(place.clock.now(), keeping(keepContentDays))
  const isKept = async ({ id }: Email) => (await place.backend.emails.get(id, '*')) !== undefined
  const hasContent = async ({ id }: Email) =>
    (await place.backend.blobs.get(`content/${id}`)) !== undefined

  it('keeps nothing that is due to go, and not a millisecond less', async () => {
    const email = await keep('sent')
    await place.clock.advance(30 * day - 1)
    expect(await sweep()).toMatchObject({ emails: 0 })
    expect(await isKept(email)).toBe(true)
    await place.clock.advance(1)
    expect(await sweep()).toMatchObject({ emails: 1 })
    expect(await isKept(email)).toBe(false)
    expect(await hasContent(email)).toBe(false)
  })

  it('removes uploads when they expire', async () => {
    const { uploads } = place.backend
    const upload = {
      id: 'u',
      owner: 'o',
      size: 2,
      contentType: 'a/b',
      expiresAt: place.clock.now() + 5,
    }
    await uploads.open(upload)
    await uploads.put('o', 'u', Buffer.from('hi'), place.clock.now())
    await place.clock.advance(4)
    expect(await sweep()).toMatchObject({ uploads: 0 })
    await place.clock.advance(1)
    expect(await sweep()).toMatchObject({ uploads: 1 })
    expect(await uploads.get('o', 'u', 0)).toBeUndefined()
  })

  it('removes an email with all traces of its recipients and its dead letter', async () => {
    const email = await keep('failed')
    await place.backend.queue.bury(
      { id: email.id, capture: false, since: 0, recipients: 1, lane: 'a' },
      'out of time',
    )
    await place.clock.advance(30 * day)
    await sweep()
    expect(
      (await place.backend.emails.list({ scope: '*', limit: 1, q: 'ann@example.org' })).data,
    ).toEqual([])
    expect((await place.backend.deadLetters.list({ scope: '*', limit: 1 })).data).toEqual([])
    await place.backend.emails.create(email)
    const { data } = await place.backend.emails.list({ scope: '*', limit: 9, q: 'ann@example.org' })
    expect(data).toHaveLength(1)
  })

  it.each(emailStates)('treats an old email that is %s as its state demands', async (state) => {
    const email = await keep(state)
    await place.clock.advance(3_650 * day)
    await sweep(0)
    expect(await isKept(email)).toBe(!isSettled(state))
    expect(await hasContent(email)).toBe(!isSettled(state))
  })

  it('never removes what waits or is held, even if it once was settled', async () => {
    const emails = [
      await keep('held', { settledAt: 1 }),
      await keep('queued', { settledAt: 1 }),
      await keep('sending', { settledAt: 1 }),
    ]
    open({ days: 1, count: 1 })
    for (const email of emails) await place.backend.emails.create(email)
    await place.clock.advance(3_650 * day)
    expect(await sweep(0)).toMatchObject({ emails: 0, contents: 0 })
  })

  it.each(emailStates)(
    'takes the content of an email that is %s only after a hand-off',
    async (state) => {
      const email = await keep(state)
      await place.clock.advance(2 * day - 1)
      await sweep(2)
      expect(await hasContent(email)).toBe(true)
      await place.clock.advance(1)
      await sweep(2)
      expect(await isKept(email)).toBe(true)
      expect(await hasContent(email)).toBe(state === 'failed' || !isSettled(state))
    },
  )

  it('takes the content of an email that was accepted long before it settled only in time', async () => {
    const email = await keep('sent', { settledAt: place.clock.now() + 10 * day })
    await place.clock.advance(11 * day)
    await sweep(2)
    expect(await hasContent(email)).toBe(true)
  })

  it('removes content without a record once no replay can need it', async () => {
    const { clock, backend } = place
    const key = `content/${idAt(clock.now())}`
    await backend.blobs.put(key, Buffer.from('left by a crash'))
    await clock.advance(3 * day - 1)
    await sweep(0)
    expect(await backend.blobs.get(key)).toBeDefined()
    await clock.advance(day)
    await sweep(0)
    expect(await backend.blobs.get(key)).toBeUndefined()
  })

  it('leaves other blobs alone', async () => {
    await place.backend.blobs.put('contents', Buffer.from('x'))
    await place.backend.blobs.put('a', Buffer.from('x'))
    await place.clock.advance(400 * day)
    await sweep(0)
    expect(await place.backend.blobs.get('contents')).toBeDefined()
    expect(await place.backend.blobs.get('a')).toBeDefined()
  })

  describe('by number', () => {
    async function some(state: EmailState, count: number): Promise<Email[]> {
      const emails: Email[] = []
      for (let index = 0; index < count; index++) {
        emails.push(await keep(state))
        await place.clock.advance(1)
      }
      return emails
    }

    it('keeps the newest so many settled emails', async () => {
      open({ count: 3 })
      const [oldest, ...others] = await some('sent', 4)
      await place.clock.advance(2 * day)
      expect(await sweep()).toMatchObject({ emails: 1 })
      expect(await isKept(oldest!)).toBe(false)
      for (const email of others) expect(await isKept(email)).toBe(true)
      expect(await sweep()).toMatchObject({ emails: 0 })
    })

    it('keeps an email for as long as its Idempotency-Key may be replayed', async () => {
      open({ count: 1 })
      await some('sent', 3)
      await place.clock.advance(24 * 3_600_000)
      expect(await sweep()).toMatchObject({ emails: 0 })
      await place.clock.advance(3_600_000)
      expect(await sweep()).toMatchObject({ emails: 2 })
    })

    it('lets failed emails go by age alone, where there is an age', async () => {
      open({ count: 1, days: 30 })
      await some('failed', 3)
      await place.clock.advance(2 * day)
      expect(await sweep()).toMatchObject({ emails: 0 })
      open({ count: 1 })
      await some('failed', 3)
      await place.clock.advance(2 * day)
      expect(await sweep()).toMatchObject({ emails: 2 })
    })

    it('keeps the newest so many captures', async () => {
      open({ count: 3 })
      const captures = Array.from({ length: 450 }, () => aCapture())
      for (const capture of captures)
        await place.backend.captures.add(capture, Buffer.from('x'), 'x')
      expect(await sweep()).toMatchObject({ captures: 447 })
      const { data } = await place.backend.captures.list({ scope: '*', limit: 10 })
      expect(data.map(({ id }) => id)).toEqual(
        captures
          .slice(-3)
          .reverse()
          .map(({ id }) => id),
      )
    })
  })

  it('removes old captures with all traces', async () => {
    const old = aCapture({ at: place.clock.now() })
    await place.backend.captures.add(old, Buffer.from('x'), 'x')
    await place.clock.advance(30 * day)
    await place.backend.captures.add(aCapture({ at: place.clock.now() }), Buffer.from('x'), 'x')
    expect(await sweep()).toMatchObject({ captures: 1 })
    expect(await place.backend.captures.get(old.id, '*')).toBeUndefined()
    expect(
      (await place.backend.captures.list({ scope: '*', limit: 9, to: old.to[0]! })).data,
    ).toHaveLength(1)
  })

  it('removes dead idempotency entries and keeps live ones', async () => {
    const { backend, clock } = place
    const entry = { owner: 'o', id: 'i', bodyHash: 'h', startedAt: 0, finished: true }
    const now = clock.now()
    await backend.idempotency.begin({ ...entry, key: 'dead', expiresAt: now }, now - 1)
    await backend.idempotency.begin({ ...entry, key: 'live', expiresAt: now + 1 }, now - 1)
    expect(await sweep()).toMatchObject({ idempotency: 1 })
    expect(
      await backend.idempotency.begin({ ...entry, key: 'live', expiresAt: now + 9 }, now),
    ).toMatchObject({ key: 'live' })
  })

  it('removes thousands, a batch at a time, and lets others write in between', async () => {
    const emails = await Promise.all(Array.from({ length: 1_000 }, () => keep('sent')))
    await place.clock.advance(30 * day)
    const swept = sweep()
    let others = 0
    const done = swept.then(() => true)
    while (!(await Promise.race([done, place.backend.blobs.put('other', new Uint8Array())])))
      others += 1
    expect(await swept).toMatchObject({ emails: 1_000 })
    expect(others).toBeGreaterThan(2)
    expect(await isKept(emails[500]!)).toBe(false)
  })

  it('lets others have their turn also where it removes nothing', async () => {
    // The first looks at everything.
    await sweep(2)
    const before = await turnsDuring(() => sweep(2))
    await Promise.all(Array.from({ length: 1_000 }, () => keep('held')))
    await place.clock.advance(10 * day)
    expect(await turnsDuring(() => sweep(2))).toBeGreaterThanOrEqual(before + 5)
  })

  describe('by the settings', () => {
    const shop = { retention: { emailDays: 5, captureDays: 2, contentDays: 1 } }
    const saved = {
      keepContentDays: 3,
      retention: { emailDays: 10, captureDays: 20, states: { bounced: 90, captured: 4 } },
      projects: { shop, blog: {} },
    }
    const sweepSaved = () => place.backend.sweep(place.clock.now(), keeping(3, saved))

    it('keeps records by state, else by project, else as all', async () => {
      const kept = {
        all: await keep('sent'),
        bounced: await keep('bounced'),
        captured: await keep('captured'),
        ofShop: await keep('sent', { project: 'shop' }),
        bouncedOfShop: await keep('bounced', { project: 'shop' }),
        capturedOfShop: await keep('captured', { project: 'shop' }),
        ofBlog: await keep('sent', { project: 'blog' }),
        ofNone: await keep('sent', { project: 'gone' }),
      }
      const days = { captured: 4, capturedOfShop: 4, ofShop: 5, all: 10, ofBlog: 10, ofNone: 10 }
      const left = { ...days, bounced: 90, bouncedOfShop: 90 }
      const started = place.clock.now()
      for (const at of [3, 4, 5, 9, 10, 89, 90]) {
        await place.clock.advance(started + at * day - 1 - place.clock.now())
        await sweepSaved()
        for (const [name, email] of Object.entries(kept))
          expect(await isKept(email), `${name} just before day ${at}`).toBe(
            left[name as keyof typeof left] >= at,
          )
        await place.clock.advance(1)
        await sweepSaved()
        for (const [name, email] of Object.entries(kept))
          expect(await isKept(email), `${name} at day ${at}`).toBe(
            left[name as keyof typeof left] > at,
          )
      }
    })

    it('passes by what is kept longer, however much that is', async () => {
      for (let n = 0; n < 450; n++) await keep('bounced')
      const short = await keep('sent')
      await place.clock.advance(11 * day)
      expect(await sweepSaved()).toMatchObject({ emails: 1 })
      expect(await isKept(short)).toBe(false)
    })

    it('keeps captures and contents by project', async () => {
      const here = await keep('sent')
      const there = await keep('sent', { project: 'shop' })
      const add = async (id: string, project: string) =>
        place.backend.captures.add(
          aCapture({ id, project, emailId: id, at: place.clock.now() }),
          Buffer.from('x'),
          '',
        )
      await add(idAt(1), 'default')
      await add(idAt(2), 'shop')
      await place.clock.advance(2 * day)
      expect(await sweepSaved()).toMatchObject({ contents: 1, captures: 1 })
      expect([await hasContent(here), await hasContent(there)]).toEqual([true, false])
      await place.clock.advance(18 * day)
      expect(await sweepSaved()).toMatchObject({ captures: 1 })
    })

    it('refuses less than a replay needs', () => {
      expect(() => keeping(7, { retention: { emailDays: 1 } })).toThrow('retention.emailDays')
      expect(() => keeping(7, { retention: { states: { queued: 9 } } })).toThrow('unknown')
      expect(() => keeping(7, { retention: { eventDays: 2 } })).toThrow('eventDays')
      const shop = { retention: { emailDays: 1 } }
      expect(() => keeping(7, { projects: { shop } })).toThrow('emailDays')
    })
  })
})

/** How often the event loop comes round meanwhile. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let timer = setImmediate(function again() {
    turns += 1
    timer = setImmediate(again)
  })
  await work()
  clearImmediate(timer)
  return turns
}

/** A UUIDv7 of exactly this time, whatever ids were made before. */
function idAt(time: number): string {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`
}
