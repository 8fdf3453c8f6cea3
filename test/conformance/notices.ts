import type { LocalBackend } from '../../backends/local/index.ts'
import { keeping } from '../backends/local/temporary.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { idOf, newId } from '../../mail/email/id.ts'
import { noticeMs } from '../../mail/email/webhook.ts'
import type { NewNotice, Notice, Notices, NoticeTry } from '../../mail/ports/notices.ts'
import type { WebhooksHarness } from './webhooks.ts'

/** What every store of notices must do. */
export function testNotices(name: string, open: () => Promise<WebhooksHarness>) {
  describe(`${name}: notices`, () => {
    let harness: WebhooksHarness
    let notices: Notices
    beforeEach(async () => {
      harness = await open()
      notices = harness.backend.notices
    })
    afterEach(() => harness.close())

    const webhookId = newId(0)
    let made = 0

    function aNotice(values: Partial<NewNotice> = {}): NewNotice {
      const putAt = values.putAt ?? harness.clock.now()
      const id = idOf(`notice ${(made += 1)}`, putAt)
      return { webhookId, id, type: 'email.delivered', putAt, body: '{"type":"…"}', ...values }
    }

    async function put(values: Partial<NewNotice> = {}): Promise<NewNotice> {
      const notice = aNotice(values)
      await notices.put([notice])
      return notice
    }

    const asPut = (notice: NewNotice): Notice => ({
      ...notice,
      state: 'waiting',
      dueAt: notice.putAt,
      attempts: 0,
      tries: [],
    })

    const aTry: NoticeTry = { id: newId(1), at: 1, ms: 20, status: 500, text: 'no' }

    const idsIn = async (query: Partial<Parameters<Notices['list']>[0]> = {}) => {
      const { data, hasMore } = await notices.list({ webhookId, limit: 10, ...query })
      return { ids: data.map(({ id }) => id), hasMore }
    }

    it('wait from when they are put', async () => {
      const notice = await put()
      expect(await notices.get(webhookId, notice.id)).toEqual(asPut(notice))
      expect(await notices.get(newId(0), notice.id)).toBeUndefined()
      expect(await notices.get(webhookId, newId(0))).toBeUndefined()
    })

    it('keep where their email stands in a trace', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      const notice = await put({ traceparent })
      expect(await notices.get(webhookId, notice.id)).toEqual(asPut(notice))
      expect((await notices.list({ webhookId, limit: 1 })).data).toEqual([asPut(notice)])
    })

    it('stay as they are when they are put again', async () => {
      const notice = await put()
      const change = { state: 'delivered', attempts: 1, tries: [aTry] } as const
      await notices.settle(asPut(notice), change)
      await notices.put([{ ...notice, body: 'another' }])
      expect(await notices.get(webhookId, notice.id)).toEqual({ ...notice, ...change })
    })

    it('are put many at a time, for several endpoints', async () => {
      const other = newId(0)
      const id = aNotice().id
      const some = Array.from({ length: 30 }, () => aNotice())
      await notices.put([...some, aNotice({ id }), aNotice({ id, webhookId: other })])
      expect((await idsIn({ limit: 100 })).ids).toHaveLength(31)
      expect((await idsIn({ webhookId: other })).ids).toEqual([id])
    })

    it('remember what an attempt came to', async () => {
      const notice = await put()
      const dueAt = notice.putAt + 5_000
      const change = { state: 'waiting', dueAt, attempts: 1, tries: [aTry] } as const
      await notices.settle(asPut(notice), change)
      expect(await notices.get(webhookId, notice.id)).toEqual({ ...notice, ...change })
    })

    it('wait again when they are told again, with what was tried before', async () => {
      const notice = await put()
      const change = { state: 'failed', attempts: 8, tries: [aTry] } as const
      await notices.settle(asPut(notice), change)
      const failed = { ...notice, ...change }
      await notices.replay(failed, notice.putAt + 9)
      const again = { ...failed, state: 'waiting', dueAt: notice.putAt + 9, attempts: 0 }
      expect(await notices.get(webhookId, notice.id)).toEqual(again)
    })

    it('are listed newest first, a page at a time, both ways', async () => {
      const now = harness.clock.now()
      const all = [3, 1, 2].map((age) => aNotice({ putAt: now - age }))
      await notices.put(all)
      const newest = all.toSorted((a, b) => b.putAt - a.putAt).map(({ id }) => id)
      expect(await idsIn()).toEqual({ ids: newest, hasMore: false })
      expect(await idsIn({ limit: 2 })).toEqual({ ids: newest.slice(0, 2), hasMore: true })
      expect((await idsIn({ after: newest[1]! })).ids).toEqual(newest.slice(2))
      expect((await idsIn({ before: newest[1]! })).ids).toEqual(newest.slice(0, 1))
    })

    it('are found by their state and since a time', async () => {
      const now = harness.clock.now()
      const [old, failed, young] = [3, 2, 1].map((age) => aNotice({ putAt: now - age }))
      await notices.put([old!, failed!, young!])
      await notices.settle(asPut(failed!), { state: 'failed', attempts: 8, tries: [] })
      expect((await idsIn({ states: ['failed', 'kept'] })).ids).toEqual([failed!.id])
      expect((await idsIn({ since: now - 2 })).ids).toEqual([young!.id, failed!.id])
    })

    it('are forgotten with their endpoint', async () => {
      await put()
      const other = await put({ webhookId: newId(0) })
      await notices.removeAll(webhookId)
      expect((await idsIn()).ids).toEqual([])
      expect(await notices.get(other.webhookId, other.id)).toEqual(asPut(other))
    })

    it('are forgotten after thirty days', async () => {
      const old = await put({ putAt: harness.clock.now() - noticeMs - 1 })
      const young = await put()
      const { backend, clock } = harness
      if ('sweep' in backend)
        await (backend as unknown as Pick<LocalBackend, 'sweep'>).sweep(clock.now(), keeping(0))
      expect(await notices.get(webhookId, old.id)).toBeUndefined()
      expect((await idsIn()).ids).toEqual([young.id])
    })
  })
}
