import { Resend } from 'resend'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startPostern } from '../../../machine/start.ts'
import { temporaryDirectory } from '../../cli/temporary-directory.ts'
import { text } from '../open-api.ts'

describe("Resend's SDK", () => {
  let resend: Resend
  let base: string
  beforeEach(async () => {
    const { url, stop } = await startPostern({ directory: temporaryDirectory(), port: 0, env: {} })
    onTestFinished(stop)
    base = url
    resend = new Resend('re_any', { baseUrl: url })
  })

  const email = 'Gone@example.com'

  it('adds, gets, lists and removes suppressions', async () => {
    const added = await resend.suppressions.add({ email })
    const { id } = added.data!
    expect(added.data).toEqual({ object: 'suppression', id })
    const one = { id, email, origin: 'manual', source_id: null, created_at: text }
    for (const key of [id, 'gone@example.com'])
      expect((await resend.suppressions.get(key)).data).toEqual({ object: 'suppression', ...one })
    const listed = await resend.suppressions.list({ origin: 'manual' })
    expect(listed.data).toEqual({ object: 'list', has_more: false, data: [one] })
    expect((await resend.suppressions.list({ origin: 'bounce' })).data?.data).toEqual([])
    expect((await resend.suppressions.add({ email: 'gone@example.com' })).data?.id).toBe(id)
    const removed = await resend.suppressions.remove('gone@example.com')
    expect(removed.data).toEqual({ object: 'suppression', id, deleted: true })
    expect((await resend.suppressions.get(id)).error).toMatchObject({ name: 'not_found' })
    expect((await resend.suppressions.remove(id)).error).toMatchObject({ name: 'not_found' })
  })

  it('adds and removes many, and says which of them were there', async () => {
    const emails = ['a@example.com', 'b@example.com']
    const added = await resend.suppressions.batch.add({ emails })
    const ids = added.data!.data.map(({ id }) => id)
    expect(ids).toHaveLength(2)
    const removed = await resend.suppressions.batch.remove({ ids: [ids[0]!, ids[0]!] })
    expect(removed.data?.data).toEqual([{ object: 'suppression', id: ids[0], deleted: true }])
    const others = await resend.suppressions.batch.remove({ emails })
    expect(others.data?.data.map(({ id }) => id)).toEqual([ids[1]])
  })

  it('is told what is wrong in its own words', async () => {
    const { error } = await resend.suppressions.add({ email: 'no address' })
    expect(error).toMatchObject({ name: 'validation_error', statusCode: 422 })
    expect((await resend.suppressions.batch.add({ emails: [] })).error?.message).toContain('emails')
  })

  it('sees no unsubscribe from a list, and one from everything as manual', async () => {
    const add = (wish: object) =>
      fetch(`${base}/v1/suppressions`, { method: 'POST', body: JSON.stringify(wish) })
    await add({ address: 'a@example.com', list: 'news' })
    expect((await resend.suppressions.list()).data?.data).toEqual([])
    await add({ address: 'a@example.com', reason: 'unsubscribe' })
    expect((await resend.suppressions.list()).data?.data).toMatchObject([{ origin: 'manual' }])
  })

  it('gets 200 for an email to one, whose last event is suppressed', async () => {
    await resend.suppressions.add({ email })
    const wish = { from: 'a@acme.test', to: email, subject: 'Hi', text: 'Hi' }
    const sent = await resend.emails.send(wish)
    const lastEvent = async () => (await resend.emails.get(sent.data!.id)).data?.last_event
    await expect.poll(lastEvent).toBe('suppressed')
  })
})
