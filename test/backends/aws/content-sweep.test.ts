import { expect, it } from 'vitest'
import { contentKey } from '../../../mail/content.ts'
import type { Email, EmailChange } from '../../../mail/email/email.ts'
import { newId } from '../../../mail/email/id.ts'
import { dayMs } from '../../../mail/email/time.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { keeping } from '../local/temporary.ts'
import { onAws } from './emulated.ts'

const never = new AbortController().signal

onAws('on AWS', (aws) =>
  it('removes contents whose time is over, and none that may still be wanted', async () => {
    const { backend, clock, close } = await aws.virtual()
    const { emails, blobs, sweepContents } = backend
    const at = clock.now()
    const put = (id: string) => blobs.put(contentKey(id), Buffer.from('{}'))
    const isThere = async (id: string) => (await blobs.get(contentKey(id))) !== undefined

    async function kept(change: EmailChange): Promise<Email> {
      const email = { ...anEmail(), id: newId(at), createdAt: at, ...change }
      await emails.create(email)
      await put(email.id)
      return email
    }

    const waiting = ['queued', 'scheduled', 'held', 'failed'] as const
    const over = ['sent', 'canceled', 'captured', 'delivered', 'bounced'] as const
    const wanted = await Promise.all(waiting.map((state) => kept({ state, ...settledIn(state) })))
    const past = await Promise.all(over.map((state) => kept({ state, settledAt: at })))
    const orphan = newId(at)
    await put(orphan)
    const there = async () => {
      const ids = [...wanted, ...past].map(({ id }) => id)
      return (await Promise.all([...ids, orphan].map(isThere))).filter(Boolean).length
    }

    expect(await sweepContents(keeping(7), never)).toBe(0)
    await clock.advance(4 * dayMs)
    expect(await sweepContents(keeping(7), never)).toBe(1)
    expect([await isThere(orphan), await there()]).toEqual([false, 9])
    await clock.advance(3 * dayMs)
    expect(await sweepContents(keeping(7), never)).toBe(5)
    for (const { id } of wanted) expect(await isThere(id)).toBe(true)
    // The record of what failed is kept 30 days; what is held has no end.
    await clock.advance(40 * dayMs)
    expect(await sweepContents(keeping(7), never)).toBe(1)
    expect(await isThere(wanted[3]!.id)).toBe(false)
    await close()

    function settledIn(state: (typeof waiting)[number]) {
      return state === 'failed' ? { settledAt: at } : {}
    }
  }),
)
