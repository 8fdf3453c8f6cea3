import { describe, expect, it } from 'vitest'
import { composeAside } from '../../machine/compose-aside.ts'
import { compose, CompositionError } from '../../mail/compose/compose.ts'
import type { Content } from '../../mail/email/email.ts'
import type { Uncomposed } from '../../mail/email/parcel.ts'
import { longestStopOf } from '../longest-stop.ts'

function letter(content: Content, headers: Record<string, string> = {}): Uncomposed {
  return {
    id: '01890000-0000-7000-8000-000000000000',
    project: 'default',
    messageId: '<a@b.cd>',
    date: new Date(0),
    from: { address: 'a@b.cd' },
    replyTo: [],
    to: [{ address: 'b@b.cd' }],
    cc: [],
    subject: 'Grüße',
    headers,
    tags: [],
    content,
    envelope: { from: 'a@b.cd', to: ['b@b.cd'] },
  }
}

const file = Buffer.alloc(21_000_000, 'attached ').toString('base64')
const attachments = [{ filename: 'a.bin', contentType: 'application/pdf', content: file }]
const mime = Buffer.from(`From: a@b.cd\n\n${'line of a letter\n'.repeat(1_000_000)}`)

describe('composing aside', () => {
  it.each<[string, Content]>([
    ['a small email', { kind: 'structured', text: 'hi', headers: {}, attachments: [] }],
    ['a large attachment', { kind: 'structured', text: 'hi', headers: {}, attachments }],
    ['a large whole email', { kind: 'raw', mime: mime.toString('base64') }],
  ])('gives the same bytes of %s', async (_, content) => {
    const [aside, here] = [await composeAside(letter(content)), await compose(letter(content))]
    expect(Buffer.compare(aside, here)).toBe(0)
  })

  it('refuses what cannot be composed as composing does, and goes on', async () => {
    const content = { kind: 'structured', text: 'hi', headers: {}, attachments } as const
    const wrong = { ...letter(content), messageId: '<a\n@b.cd>' }
    const here = await compose(wrong).catch((error: unknown) => error)
    const aside = await composeAside(wrong).catch((error: unknown) => error)
    expect(aside).toBeInstanceOf(CompositionError)
    expect(String(aside)).toBe(String(here))
    expect(await composeAside(letter(content))).toBeInstanceOf(Uint8Array)
  })

  it('stops everything else for less than a quarter of a second at a time', async () => {
    const html = '<p>Grüße, <b>Welt</b></p>'.repeat(1_300_000)
    const large: Content = { kind: 'structured', html, headers: {}, attachments: [] }
    expect(await longestStopOf(() => composeAside(letter(large)))).toBeLessThan(250)
  })
})
