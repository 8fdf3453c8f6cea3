import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../mail/id.ts'
import type { Capture, Captures } from '../../mail/ports.ts'

export interface CapturesHarness {
  readonly captures: Captures
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

    async function added(values: Partial<Capture> = {}): Promise<Capture> {
      const capture = aCapture(values)
      await captures.add(capture, Buffer.from(`Subject: ${capture.subject}\r\n\r\n`))
      await harness.settle?.()
      return capture
    }

    const ids = async (query: Partial<Parameters<Captures['list']>[0]>) =>
      (await captures.list({ limit: 10, ...query })).data.map(({ id }) => id)

    it('gives back a capture and every byte of it', async () => {
      const capture = aCapture()
      const eml = Uint8Array.from({ length: 512 }, (_, index) => index % 256)
      await captures.add(capture, eml)
      const found = await captures.get(capture.id)
      expect(found?.capture).toEqual(capture)
      expect(Array.from(found!.eml)).toEqual(Array.from(eml))
      expect(await captures.get('none')).toBeUndefined()
    })

    it('keeps the first of two with the same id', async () => {
      const capture = await added()
      await captures.add({ ...capture, subject: 'second' }, Buffer.from('second'))
      expect((await captures.get(capture.id))?.capture).toEqual(capture)
      expect(await ids({})).toEqual([capture.id])
    })

    it('adds the recipients of a second one with the same id to the first', async () => {
      const capture = await added({ to: ['ann@example.org'] })
      const more = ['ann@example.org', 'bob@example.org']
      await captures.add({ ...capture, to: more }, Buffer.from('second'))
      await harness.settle?.()
      expect((await captures.get(capture.id))?.capture.to).toEqual(more)
      expect(await ids({ to: 'bob@example.org' })).toEqual([capture.id])
    })

    it('lists newest first, page by page, each once', async () => {
      const all = [await added(), await added(), await added()].reverse()
      const first = await captures.list({ limit: 2 })
      expect(first).toEqual({ data: all.slice(0, 2), hasMore: true })
      const second = await captures.list({ limit: 2, after: all[1]!.id })
      expect(second).toEqual({ data: all.slice(2), hasMore: false })
    })

    it('lists those of one recipient, whole address in any case, Bcc included', async () => {
      const ann = await added({ to: ['bob@example.org', 'Ann@Example.org'] })
      await added({ to: ['joann@example.org'] })
      expect(await ids({ to: 'ann@example.ORG' })).toEqual([ann.id])
      expect(await ids({ to: 'ann@example.or' })).toEqual([])
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

    it('combines recipient, subject and page', async () => {
      const to = ['ann@example.org']
      const wanted = [
        await added({ to, subject: 'code 1' }),
        await added({ to, subject: 'code 2' }),
      ]
      await added({ to, subject: 'hello' })
      await added({ subject: 'code 3', to: ['bob@example.org'] })
      const query = { to: 'ann@example.org', subject: 'CODE' }
      const first = await captures.list({ limit: 1, ...query })
      expect(first).toEqual({ data: [wanted[1]], hasMore: true })
      expect(await ids({ ...query, after: wanted[1]!.id })).toEqual([wanted[0]!.id])
    })

    it('marks as read and unread', async () => {
      const { id } = await added()
      expect(await captures.mark(id, true)).toBe(true)
      expect((await captures.get(id))?.capture.seen).toBe(true)
      expect(await captures.mark(id, false)).toBe(true)
      expect((await captures.get(id))?.capture.seen).toBe(false)
      expect(await captures.mark('none', true)).toBe(false)
    })

    it('removes one, with all traces', async () => {
      const to = ['ann@example.org']
      const [gone, kept] = [await added({ to }), await added({ to })]
      expect(await captures.remove([gone.id])).toBe(1)
      expect(await captures.remove([gone.id])).toBe(0)
      await harness.settle?.()
      expect(await captures.get(gone.id)).toBeUndefined()
      expect(await ids({ to: 'ann@example.org' })).toEqual([kept.id])
    })

    it('removes all and says how many', async () => {
      for (let count = 0; count < 3; count++) await added()
      expect(await captures.remove('all')).toBe(3)
      expect(await captures.remove('all')).toBe(0)
      await harness.settle?.()
      expect(await ids({})).toEqual([])
    })

    it('wakes whoever waited when a capture is added', async () => {
      const woken = captures.changed(new AbortController().signal)
      const { id } = await added()
      await woken
      expect(await ids({})).toEqual([id])
    })

    it('wakes whoever gives up waiting, also one who gave up before', async () => {
      const giveUp = new AbortController()
      const woken = captures.changed(giveUp.signal)
      giveUp.abort()
      await woken
      await captures.changed(giveUp.signal)
    })
  })
}

const noon = Date.UTC(2026, 0, 1, 12)

/** A capture as the no-op engine makes it. */
export function aCapture(values: Partial<Capture> = {}): Capture {
  const id = newId(noon)
  return {
    id,
    emailId: id,
    at: noon,
    from: 'app@example.com',
    to: ['ann@example.org'],
    subject: 'Grüße',
    size: 100,
    seen: false,
    ...values,
  }
}
