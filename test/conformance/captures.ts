import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentKey } from '../../mail/content.ts'
import { newId } from '../../mail/email/id.ts'
import type { Outline } from '../../mail/email/outline.ts'
import type { Blobs } from '../../mail/ports/blobs.ts'
import type { Capture, CaptureQuery, Captures, NewsQuery } from '../../mail/ports/captures.ts'
import type { Emails } from '../../mail/ports/emails.ts'
import { anEmail } from './email-samples.ts'

export interface CapturesHarness {
  readonly captures: Captures
  readonly emails: Emails
  readonly blobs: Blobs
  /** Lets a list that lags behind catch up. */
  settle?(): Promise<void>
  close(): void | Promise<void>
}

/** What every store of captured emails must do. */
export function testCaptures(name: string, open: () => Promise<CapturesHarness>) {
  describe(`${name}: captures`, () => {
    let harness: CapturesHarness
    let captures: Captures
    beforeEach(async () => {
      harness = await open()
      captures = harness.captures
    })
    afterEach(() => harness.close())

    async function added(values: Partial<Capture> = {}, text = ''): Promise<Capture> {
      const capture = aCapture(values)
      await captures.add(capture, Buffer.from(`Subject: ${capture.subject}\r\n\r\n`), text)
      await harness.settle?.()
      return capture
    }

    const ids = async (query: Partial<Parameters<Captures['list']>[0]>) =>
      (await captures.list({ scope: '*', limit: 10, ...query })).data.map(({ id }) => id)

    it('gives back a capture and every byte of it', async () => {
      const capture = aCapture()
      const eml = Uint8Array.from({ length: 512 }, (_, index) => index % 256)
      await captures.add(capture, eml, '')
      const found = await captures.get(capture.id, '*')
      expect(found?.capture).toEqual(capture)
      expect(Array.from(found!.eml)).toEqual(Array.from(eml))
      expect(await captures.get('none', '*')).toBeUndefined()
    })

    it('is asked before the bytes of a capture are read, where there may be no room for them', async () => {
      const capture = await added()
      const asked: Capture[] = []
      const look = (one: Capture) => {
        asked.push(one)
        throw new Error('no room')
      }
      await expect(captures.get(capture.id, '*', look)).rejects.toThrow('no room')
      expect(asked).toEqual([capture])
      expect(await captures.get('none', '*', look)).toBeUndefined()
    })

    it('keeps the first of two with the same id', async () => {
      const capture = await added()
      await captures.add({ ...capture, subject: 'second' }, Buffer.from('second'), 'second')
      expect((await captures.get(capture.id, '*'))?.capture).toEqual(capture)
      expect(await ids({})).toEqual([capture.id])
    })

    it('adds the recipients of a second one with the same id to the first, and its tags', async () => {
      const capture = await added({ to: ['ann@example.org'], tags: ['a'] })
      const more = ['ann@example.org', 'bob@example.org']
      await captures.add({ ...capture, to: more, tags: ['b'] }, Buffer.from('second'), 'second')
      await harness.settle?.()
      expect(await ids({ tag: 'b' })).toEqual([capture.id])
      expect((await captures.get(capture.id, '*'))?.capture.to).toEqual(more)
      expect(await ids({ to: 'bob@example.org' })).toEqual([capture.id])
    })

    it('lists newest first, page by page, each once', async () => {
      const all = [await added(), await added(), await added()].reverse()
      const first = await captures.list({ scope: '*', limit: 2 })
      expect(first).toEqual({ data: all.slice(0, 2), hasMore: true })
      const second = await captures.list({ scope: '*', limit: 2, after: all[1]!.id })
      expect(second).toEqual({ data: all.slice(2), hasMore: false })
    })

    it('lists the page just before one, which is what is newer', async () => {
      const all = []
      for (let count = 0; count < 4; count++) all.unshift(await added())
      const page = await captures.list({ scope: '*', limit: 2, before: all[3]!.id })
      expect(page).toEqual({ data: all.slice(1, 3), hasMore: true })
      expect(await captures.list({ scope: '*', limit: 2, before: all[0]!.id })).toEqual({
        data: [],
        hasMore: false,
      })
      expect(await ids({ to: 'ann@example.org', before: all[1]!.id })).toEqual([all[0]!.id])
    })

    it('lists those of one recipient, whole address in any case, Bcc included', async () => {
      const ann = await added({ to: ['bob@example.org', 'Ann@Example.org'] })
      await added({ to: ['joann@example.org'] })
      expect(await ids({ to: 'ann@example.ORG' })).toEqual([ann.id])
      expect(await ids({ to: 'ann@example.or' })).toEqual([])
    })

    it('lists those of one recipient, in either Unicode form that lower-casing leaves', async () => {
      const { id } = await added({ to: ['ann@example.org', 'J\u030can@example.org'] })
      expect(await ids({ to: 'J\u030can@example.org' })).toEqual([id])
      expect(await ids({ to: '\u01f0an@example.org' })).toEqual([id])
    })

    it('lists a capture once that names one recipient in two ways', async () => {
      const ann = await added({ to: ['ann@example.org', 'ANN@example.org'] })
      expect(await ids({ to: 'ann@example.org' })).toEqual([ann.id])
    })

    it('lists those with a part in the subject, in any case and script', async () => {
      const order = await added({ subject: 'Ihre BESTELLUNG über 100 %' })
      const other = await added({ subject: 'Order_7' })
      expect(await ids({ subject: 'bestellung Ü' })).toEqual([order.id])
      expect(await ids({ subject: '%' })).toEqual([order.id])
      expect(await ids({ subject: '_' })).toEqual([other.id])
      expect(await ids({ subject: 'bestellungen' })).toEqual([])
    })

    it('shows one who looks again what came, what changed its tags and what is gone', async () => {
      const looker = captures.looker()
      const look = async (query: Partial<CaptureQuery>) =>
        (await looker.list({ scope: '*', limit: 10, ...query })).data.map(({ id }) => id)
      const first = await added({ subject: 'One' }, 'word')
      expect(await look({})).toEqual([first.id])
      expect(await look({ subject: 'two' })).toEqual([])
      expect(await look({ q: 'other' })).toEqual([])
      const second = await added({ subject: 'Two' }, 'other')
      expect(await look({})).toEqual([second.id, first.id])
      expect(await look({ subject: 'two' })).toEqual([second.id])
      expect(await look({ q: 'other' })).toEqual([second.id])
      expect(await look({ q: 'word' })).toEqual([first.id])
      await captures.change(first.id, { tags: ['new'] }, '*')
      expect(await look({ tag: 'new' })).toEqual([first.id])
      await captures.remove([second.id], '*')
      await harness.settle?.()
      expect(await look({})).toEqual([first.id])
      expect(await look({ q: 'other' })).toEqual([])
    })

    describe('news', () => {
      const told = async (after: string, query: Partial<NewsQuery> = {}) => {
        const news = (await captures.news({ scope: '*', limit: 10, after, ...query }))!
        return { ...news, ids: news.data.map(({ capture }) => capture.id) }
      }
      const start = async () => (await captures.news({ scope: '*', limit: 10 }))!.place

      it('are what was captured since a place, in that order, whenever it was accepted', async () => {
        const old = aCapture()
        const before = await added()
        const place = await start()
        expect((await told(place)).ids).toEqual([])
        const young = await added()
        const first = await told(place)
        await captures.add(old, Buffer.from('x'), '')
        await harness.settle?.()
        expect(first).toMatchObject({
          ids: [young.id],
          hasMore: false,
          place: first.data[0]!.place,
        })
        expect(first.data[0]!.capture).toEqual(young)
        expect((await told(first.place)).ids).toEqual([old.id])
        expect((await told(place)).ids).toEqual([young.id, old.id])
        expect(old.id < before.id).toBe(true)
      })

      it('are walked a few at a time, each once', async () => {
        const place = await start()
        const all = [await added(), await added(), await added(), await added(), await added()]
        const seen: string[] = []
        let page = await told(place, { limit: 2 })
        for (; page.hasMore; page = await told(page.place, { limit: 2 })) seen.push(...page.ids)
        expect([...seen, ...page.ids]).toEqual(all.map(({ id }) => id))
        expect((await told(page.place)).ids).toEqual([])
      })

      it('are those of a scope, and tell nothing of what is gone again', async () => {
        const place = await start()
        const [shop, blog] = [await added({ project: 'shop' }), await added({ project: 'blog' })]
        expect((await told(place, { scope: 'shop' })).ids).toEqual([shop.id])
        expect((await told(place)).ids).toEqual([shop.id, blog.id])
        await captures.remove([shop.id], '*')
        expect((await told(place)).ids).toEqual([blog.id])
      })

      it('tell of one again when it is captured for others too, and not when nothing is new', async () => {
        const place = await start()
        const capture = await added({ to: ['ann@example.org'] })
        const first = await told(place)
        await added({ ...capture })
        expect((await told(first.place)).ids).toEqual([])
        await added({ ...capture, to: ['bob@example.org'] })
        const [more] = (await told(first.place)).data
        expect(more!.capture.to).toEqual(['ann@example.org', 'bob@example.org'])
        expect((await told(place)).ids).toEqual([capture.id])
      })

      it('are not known for a place that no store gives', async () => {
        for (const after of ['', 'x', '7', "' OR 1"])
          expect(await captures.news({ scope: '*', limit: 1, after })).toBeUndefined()
      })
    })

    it('keeps tags, and what a list shows of its header', async () => {
      const kept = await added({ tags: ['Sign up', 'eu'], outline })
      expect((await captures.get(kept.id, '*'))?.capture).toEqual(kept)
      expect((await captures.list({ scope: '*', limit: 1 })).data).toEqual([kept])
    })

    it('lists those of one whole tag, in any case, together with other filters', async () => {
      const to = ['bob@example.org']
      const one = await added({ tags: ['Sign up', 'eu'], subject: 'code' }, 'receipt')
      const other = await added({ tags: ['sign UP'], to, project: 'shop' })
      expect(await ids({ tag: 'SIGN up' })).toEqual([other.id, one.id])
      expect(await ids({ tag: 'sign' })).toEqual([])
      expect(await ids({ tag: 'sign up', limit: 1, after: other.id })).toEqual([one.id])
      expect(await ids({ tag: 'sign up', before: one.id })).toEqual([other.id])
      expect(await ids({ tag: 'sign up', to: to[0] })).toEqual([other.id])
      expect(await ids({ tag: 'sign up', subject: 'co' })).toEqual([one.id])
      expect(await ids({ tag: 'sign up', q: 'rec' })).toEqual([one.id])
      expect(await ids({ tag: 'eu', to: to[0] })).toEqual([])
      expect(await ids({ tag: 'sign up', scope: 'shop' })).toEqual([other.id])
    })

    it('is given other tags, found by them alone, and by none once it is removed', async () => {
      const { id } = await added({ tags: ['a', 'b'], project: 'shop' })
      expect(await captures.change(id, { tags: ['b', 'c'] }, 'blog')).toBe(false)
      expect(await ids({ tag: 'c' })).toEqual([])
      expect(await captures.change(id, { tags: ['b', 'c'], seen: true }, 'shop')).toBe(true)
      expect((await captures.get(id, '*'))?.capture).toMatchObject({ tags: ['b', 'c'], seen: true })
      for (const [tag, found] of [
        ['a', []],
        ['b', [id]],
        ['c', [id]],
      ] as const)
        expect(await ids({ tag })).toEqual(found)
      await captures.change(id, { tags: [] }, '*')
      expect(await ids({ tag: 'b' })).toEqual([])
      await captures.change(id, { tags: ['d'] }, '*')
      await captures.remove([id], '*')
      expect(await ids({ tag: 'd' })).toEqual([])
      expect(await captures.change(id, { tags: ['d'] }, '*')).toBe(false)
    })

    it('combines recipient, subject and page', async () => {
      const to = ['ann@example.org']
      const wanted = [
        await added({ to, subject: 'code 1' }),
        await added({ to, subject: 'code 2' }),
      ]
      await added({ to, subject: 'hello' })
      await added({ subject: 'code 3', to: ['bob@example.org'] })
      const query = { to: 'ann@example.org', subject: 'CODE' }
      const first = await captures.list({ scope: '*', limit: 1, ...query })
      expect(first).toEqual({ data: [wanted[1]], hasMore: true })
      expect(await ids({ ...query, after: wanted[1]!.id })).toEqual([wanted[0]!.id])
    })

    it.each([
      ['a word of the text', 'receipt'],
      ['the beginning of a word', 'rec'],
      ['words in any order and place', 'ann 4711 order'],
      ['another case', 'RECEIPT Order'],
      ['no accents', 'gruß uber'],
      ['accents in another form', 'über'.normalize('NFD')],
      ['a recipient', 'ann@example.org'],
      ['the beginning of a recipient', 'ann@exam'],
      ['the domain of a recipient', '@example.org'],
      ['a word of the subject', 'order'],
      ['a script without spaces between words', '注文'],
      ['one character of it', '文'],
      ['a word between signs', '(receipt!)'],
      ['a number', '4711'],
    ])('finds by %s', async (_, q) => {
      const text = 'Your receipt 4711.\nGrüße über 注文番号'
      const wanted = await added({ subject: 'Order' }, text)
      await added({ to: ['bob@example.net'], subject: 'Other' }, 'slanted annex 47')
      expect(await ids({ q })).toContain(wanted.id)
      expect(await ids({ q: `${q} slanted` })).toEqual([])
    })

    it.each([
      '"',
      '""',
      '%',
      '_',
      '*',
      'receipt"',
      'NOT receipt',
      'NEAR(receipt order)',
      'words:receipt',
      '{words}: receipt',
      '^receipt',
      'receipt OR nothing',
      "'; DROP TABLE captures; --",
      '\0',
      'receipt\0nothing',
      '-receipt',
      '+',
      '()',
      ' ',
      '\ud800',
      '\u{1f600}',
      '\\',
      'a'.repeat(100_000),
      '" '.repeat(10_000),
    ])('takes %j for text', async (q) => {
      const { id } = await added({ subject: 'not' }, 'receipt')
      expect([[], [id]]).toContainEqual(await ids({ q }))
      expect(await ids({ q: 'receipt' })).toEqual([id])
    })

    it('finds nothing where no word was typed, and no word that only begins like one', async () => {
      await added({}, 'receipt')
      await added({}, '文と注')
      for (const q of ['', '%', '"', 'receipts', 'eceipt', '注文'])
        expect(await ids({ q })).toEqual([])
    })

    it('finds the newest first, page by page, each once, together with other filters', async () => {
      const all = []
      for (let count = 0; count < 5; count++)
        all.unshift(await added({ subject: `code ${count}` }, 'receipt'))
      await added({ to: ['bob@example.org'], subject: 'code' }, 'receipt')
      const query = { limit: 2, q: 'rec', to: 'ann@example.org', subject: 'CODE' }
      const first = await captures.list({ scope: '*', ...query })
      expect(first).toEqual({ data: all.slice(0, 2), hasMore: true })
      await captures.remove([all[1]!.id], '*')
      const second = await captures.list({ scope: '*', ...query, after: all[1]!.id })
      expect(second).toEqual({ data: all.slice(2, 4), hasMore: true })
      expect(await ids({ ...query, after: all[3]!.id })).toEqual([all[4]!.id])
      expect(await ids({ ...query, before: all[2]!.id })).toEqual([all[0]!.id])
      expect(await ids({ ...query, subject: 'code 0' })).toEqual([all[4]!.id])
    })

    it('finds a capture by a recipient that came later, by its text still, and no removed one', async () => {
      const capture = await added({ to: ['ann@example.org'] }, 'receipt')
      await captures.add({ ...capture, to: ['bob@example.net'] }, Buffer.from('second'), 'receipt')
      for (const q of ['ann', 'bob', 'receipt bob ann'])
        expect(await ids({ q })).toEqual([capture.id])
      await captures.remove([capture.id], '*')
      expect(await ids({ q: 'receipt' })).toEqual([])
    })

    it('counts all and those that are unread', async () => {
      expect(await captures.count('*')).toEqual({ total: 0, unread: 0 })
      const [one, other] = [await added(), await added(), await added({ seen: true })]
      await captures.add(one, Buffer.from('again'), '')
      expect(await captures.count('*')).toEqual({ total: 3, unread: 2 })
      await captures.change(one.id, { seen: true }, '*')
      await captures.change(one.id, { seen: true }, '*')
      expect(await captures.count('*')).toEqual({ total: 3, unread: 1 })
      await captures.change(one.id, { seen: false }, '*')
      await captures.remove([other.id], '*')
      expect(await captures.count('*')).toEqual({ total: 2, unread: 1 })
      await captures.remove('all', '*')
      expect(await captures.count('*')).toEqual({ total: 0, unread: 0 })
    })

    it('finds, counts, marks and removes those of one project alone', async () => {
      const shop = await added({ project: 'shop', subject: 'code' }, 'word')
      const blog = await added({ project: 'blog', subject: 'code' }, 'word')
      const to = 'ann@example.org'
      for (const query of [
        {},
        { q: 'word' },
        { to },
        { subject: 'code' },
        { to, subject: 'code' },
      ]) {
        expect(await ids({ ...query, scope: 'shop' })).toEqual([shop.id])
        expect(await ids({ ...query, scope: 'default' })).toEqual([])
        expect(await ids({ ...query, scope: '*' })).toEqual([blog.id, shop.id])
      }
      expect((await captures.get(shop.id, 'shop'))?.capture).toEqual(shop)
      expect(await captures.get(shop.id, 'blog')).toBeUndefined()
      expect(await captures.change(shop.id, { seen: true }, 'blog')).toBe(false)
      expect(await captures.change(blog.id, { seen: true }, 'blog')).toBe(true)
      await harness.settle?.()
      expect(await captures.count('shop')).toEqual({ total: 1, unread: 1 })
      expect(await captures.count('blog')).toEqual({ total: 1, unread: 0 })
      expect(await captures.count('*')).toEqual({ total: 2, unread: 1 })
      expect(await captures.count('default')).toEqual({ total: 0, unread: 0 })
      expect(await captures.remove([shop.id], 'blog')).toBe(0)
      expect(await captures.remove('all', 'blog')).toBe(1)
      await harness.settle?.()
      expect(await ids({ scope: '*' })).toEqual([shop.id])
    })

    it('marks as read and unread', async () => {
      const { id } = await added()
      expect(await captures.change(id, { seen: true }, '*')).toBe(true)
      expect((await captures.get(id, '*'))?.capture.seen).toBe(true)
      expect(await captures.change(id, { seen: false }, '*')).toBe(true)
      expect((await captures.get(id, '*'))?.capture.seen).toBe(false)
      expect(await captures.change('none', { seen: true }, '*')).toBe(false)
    })

    it('removes one, with all traces', async () => {
      const to = ['ann@example.org']
      const [gone, kept] = [await added({ to }), await added({ to })]
      expect(await captures.remove([gone.id], '*')).toBe(1)
      expect(await captures.remove([gone.id], '*')).toBe(0)
      await harness.settle?.()
      expect(await captures.get(gone.id, '*')).toBeUndefined()
      expect(await ids({ to: 'ann@example.org' })).toEqual([kept.id])
    })

    it('removes the content of its email as well, unless that may still be sent', async () => {
      const { emails, blobs } = harness
      const [done, waiting] = [anEmail({ state: 'captured' }), anEmail({ state: 'held' })]
      for (const { id } of [done, waiting]) {
        await emails.create(id === done.id ? done : waiting)
        await blobs.put(contentKey(id), Buffer.from('content'))
        await added({ id, emailId: id })
      }
      expect(await captures.remove('all', '*')).toBe(2)
      expect(await blobs.get(contentKey(done.id))).toBeUndefined()
      expect(await blobs.get(contentKey(waiting.id))).toBeDefined()
    })

    it('removes all and says how many', async () => {
      for (let count = 0; count < 3; count++) await added()
      expect(await captures.remove('all', '*')).toBe(3)
      expect(await captures.remove('all', '*')).toBe(0)
      await harness.settle?.()
      expect(await ids({})).toEqual([])
    })

    it('wakes those that wait when a capture is added', async () => {
      const woken = captures.changed(new AbortController().signal)
      const { id } = await added()
      await woken
      expect(await ids({})).toEqual([id])
    })

    it('wakes a waiter that gives up, also one that gave up before', async () => {
      const giveUp = new AbortController()
      const woken = captures.changed(giveUp.signal)
      giveUp.abort()
      await woken
      await captures.changed(giveUp.signal)
    })
  })
}

const ann = { address: 'ann@example.org', name: 'Ann' }
const outline: Outline = {
  messageId: '1@example.com',
  from: ann,
  to: [ann],
  cc: [],
  replyTo: [],
  attachments: 1,
  inline: 0,
  snippet: 'Grüße',
}

const noon = Date.UTC(2026, 0, 1, 12)

/** A capture as the no-op engine makes it. */
export function aCapture(values: Partial<Capture> = {}): Capture {
  const id = newId(noon)
  return {
    id,
    emailId: id,
    project: 'default',
    at: noon,
    from: 'app@example.com',
    to: ['ann@example.org'],
    subject: 'Grüße',
    size: 100,
    seen: false,
    tags: [],
    ...values,
  }
}
