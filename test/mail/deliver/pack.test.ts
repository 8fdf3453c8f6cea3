import { describe, expect, it } from 'vitest'
import { pack } from '../../../mail/deliver/pack.ts'
import type { Content, Email } from '../../../mail/email/email.ts'
import {
  headerOf,
  id,
  now,
  parcelOf,
  plainBody,
  requestOf,
  settingsOf,
} from '../compose/composing.ts'

describe('a parcel', () => {
  it('goes to the recipients it is packed for, whatever its header says', () => {
    const request = requestOf({ ...plainBody, cc: 'cc@there.test', bcc: 'bcc@there.test' })
    const { to, cc, envelope } = parcelOf(request)
    expect(envelope).toEqual({
      from: 'ann@caller.test',
      to: ['bob@there.test', 'cc@there.test', 'bcc@there.test'],
    })
    expect([to, cc]).toEqual([[{ address: 'bob@there.test' }], [{ address: 'cc@there.test' }]])
  })

  it('has the default headers, where the email has none of that name in any case', async () => {
    const settings = settingsOf({ headers: { 'X-A': 'default', 'X-B': 'default' } })
    const request = requestOf({ ...plainBody, headers: { 'x-a': 'own' } })
    const parcel = parcelOf(request, settings)
    expect(parcel.headers).toEqual({ 'x-a': 'own', 'X-B': 'default' })
    const fields = headerOf(await parcel.composed()).filter(({ name }) => /^x-[ab]$/.test(name))
    expect(fields).toEqual([
      { name: 'x-b', value: 'default' },
      { name: 'x-a', value: 'own' },
    ])
  })

  it('has no orders to providers but those of the settings, however it was accepted', async () => {
    const settings = settingsOf({ headers: { 'X-PM-Message-Stream': 'alerts' } })
    const { content, ...parts } = requestOf(plainBody)
    const orders = {
      'X-SMTPAPI': '{"to":["a@evil.test"]}',
      'x-ses-source-arn': 'arn:evil.test',
      'X-Mailgun-Tag': 'evil.test',
      'x-pm-message-stream': 'evil.test',
    }
    const email = { ...parts, id, createdAt: now, messageId: '<a@b.cd>' } as unknown as Email
    const asked = { ...content, headers: { ...orders, 'X-A': 'own' } } as Content
    const parcel = pack(email, asked, settings, { recipients: ['bob@there.test'] })
    expect(parcel.headers).toEqual({ 'X-PM-Message-Stream': 'alerts', 'X-A': 'own' })
    expect(Buffer.from(await parcel.composed()).toString()).not.toContain('evil.test')
  })

  it('has the time of acceptance as its date, on every attempt', () => {
    expect(parcelOf(requestOf(plainBody)).date).toEqual(new Date(now))
  })

  it.each([
    [['bob@there.test'], '[to bob@there.test] Hello'],
    [['a@b.cd', 'c@d.ef', 'g@h.ij'], '[to a@b.cd and 2 more] Hello'],
  ])('that is redirected says for whom it was: %j', async (instead, subject) => {
    const request = requestOf(plainBody)
    const { content, ...parts } = request
    const email = { ...parts, id, createdAt: now, messageId: '<a@b.cd>' } as unknown as Email
    const redirect = { recipients: instead, redirectTo: 'qa@own.test' }
    const parcel = pack(email, content, settingsOf(), redirect)
    expect(parcel.envelope.to).toEqual(['qa@own.test'])
    expect(parcel.subject).toBe(subject)
    expect(headerOf(await parcel.composed())).toContainEqual({
      name: 'x-postern-original-to',
      value: instead.join(', '),
    })
  })
})
