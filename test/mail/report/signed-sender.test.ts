import { describe, expect, it } from 'vitest'
import { compose } from '../../../mail/compose/compose.ts'
import { newId } from '../../../mail/email/id.ts'
import { traceOf } from '../../../mail/report/signed-sender.ts'
import { emailOf, tokenIn, tokenInMark } from '../../../mail/email/token.ts'
import { settingsSchema } from '../../../mail/settings/settings.ts'
import { testParcel } from '../../parcels.ts'

const key = 'a key of the deployment'
const email = (text?: string) => testParcel({ id: newId(Date.now()), ...(text && { text }) })

function trace(
  parcel = email(),
  feedback = {},
  secrets: Record<string, string> = { 'feedback.key': key },
) {
  const settings = settingsSchema.parse({ feedback: { bounceDomain: 'b.own.test', ...feedback } })
  return { parcel, ...traceOf({ settings, secrets })(parcel) }
}

const proven = (token: string | undefined) => emailOf(token ?? '', [key], Date.now())
const withSender = (from: string) => {
  const parcel = email()
  return { ...parcel, envelope: { ...parcel.envelope, from } }
}

describe('the envelope sender of what leaves by smtp or sendmail', () => {
  it('is our signed address in place of From', () => {
    const { from, envelopeId, parcel } = trace()
    expect(from).toMatch(/@b\.own\.test$/)
    expect(proven(tokenIn(from))).toBe(parcel.id)
    expect(envelopeId).toBe(tokenIn(from))
  })

  it('stays null where it is: a report could be answered by a report', () => {
    const { from, envelopeId } = trace(withSender(''), { ownEnvelopeSenders: 'replace' })
    expect([from, envelopeId]).toEqual(['', undefined])
  })

  it('stays an address of the application’s own, unless the settings say otherwise', () => {
    const own = withSender('list-bounces+ann=example.org@own.test')
    expect(trace(own)).toMatchObject({ from: own.envelope.from })
    expect(trace(own, { ownEnvelopeSenders: 'replace' }).from).toMatch(/@b\.own\.test$/)
  })

  it('stays without a key, which is what proves anything', () => {
    const parcel = email()
    const { from, mark } = trace(parcel, {}, {})
    expect(from).toBe(parcel.envelope.from)
    const bytes = Buffer.from(`X-Postern-Id: ${parcel.id}\r\n\r\n`)
    expect(mark(bytes)).toBe(bytes)
  })

  it('stays without a bounce domain, while the header is sealed for relays that replace it', async () => {
    const { from, parcel, mark } = trace(email(), { bounceDomain: null })
    expect(from).toBe(parcel.envelope.from)
    const marked = Buffer.from(mark(await compose(parcel))).toString()
    const [, value] = /^X-Postern-Id: (.*)\r$/m.exec(marked) ?? []
    expect(proven(tokenInMark(value ?? ''))).toBe(parcel.id)
  })

  it('changes nothing but that one field', async () => {
    const { parcel, mark } = trace(email('X-Postern-Id: in the text'))
    const before = Buffer.from(await compose(parcel)).toString()
    const after = Buffer.from(mark(await compose(parcel))).toString()
    expect(after.replace(/^(X-Postern-Id: [0-9a-f-]+)\.\w{16}\r$/m, '$1\r')).toBe(before)
  })
})
