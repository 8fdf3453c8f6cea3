import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../property-seed.ts'
import { idOf } from '../../../mail/email/id.ts'
import { dayMs } from '../../../mail/email/time.ts'
import {
  emailOf,
  markedId,
  returnAddress,
  tokenIn,
  tokenInMark,
  tokenOf,
} from '../../../mail/email/token.ts'

const now = Date.UTC(2026, 10, 30)
const id = idOf('an email', now)
const key = 'k'.repeat(43)
const address = returnAddress(id, 'bounces.example.com', key)

describe('the signed envelope sender', () => {
  it('is b-, the id and the HMAC in 42 characters of base32, at the bounce domain', () => {
    expect(address).toMatch(/^b-[a-z2-7]{42}@bounces\.example\.com$/)
  })

  it('leads back to the email it was made for, in whatever case a server writes it', () => {
    expect(emailOf(tokenIn(address.toUpperCase())!, [key], now)).toBe(id)
  })

  it.each(['prvs=0123abcdef=', 'SRS0=AbCd=XY=example.org=', 'SRS1=ab=other.test==ef=XY=own.test='])(
    'is found behind %s, which a server on the way put in front',
    (before) => expect(emailOf(tokenIn(`${before}${address}`)!, [key], now)).toBe(id),
  )

  it('still counts when its key has been replaced, as long as that is kept', () => {
    expect(emailOf(tokenIn(address)!, ['new', key], now)).toBe(id)
    expect(emailOf(tokenIn(address)!, ['new'], now)).toBeUndefined()
  })

  it('ends 90 days after its email', () => {
    expect(emailOf(tokenIn(address)!, [key], now + 90 * dayMs)).toBe(id)
    expect(emailOf(tokenIn(address)!, [key], now + 91 * dayMs)).toBeUndefined()
  })

  it('cannot be changed in any character', () => {
    const token = tokenOf(id, key)
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'a' ? 'b' : 'a'
      const changed = token.slice(0, at) + other + token.slice(at + 1)
      expect(emailOf(changed, [key], now)).toBeUndefined()
    }
  })

  it('is in no address that only looks like it', () => {
    for (const other of ['b-abc@x.test', 'bob@x.test', '', '@', `xb-${tokenOf(id, key)}@x.test`])
      expect(tokenIn(other)).toBeUndefined()
  })

  it('is never made of noise', () => {
    fc.assert(
      fc.property(fc.string(), (noise) => {
        expect(emailOf(noise, [key], now)).toBeUndefined()
        expect(emailOf(tokenIn(noise) ?? '', [key], now)).toBeUndefined()
        expect(emailOf(tokenInMark(noise) ?? '', [key], now)).toBeUndefined()
      }),
    )
  })

  it('holds for every id that Postern gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: now, max: now + dayMs }), (at) => {
        const one = idOf(`email ${at}`, at)
        expect(emailOf(tokenOf(one, key), [key], now)).toBe(one)
        expect(emailOf(tokenInMark(markedId(one, key))!, [key], now)).toBe(one)
      }),
    )
  })
})

describe('X-Postern-Id', () => {
  it('names the id, then its seal', () => {
    expect(markedId(id, key)).toMatch(new RegExp(`^${id}\\.[a-z2-7]{16}$`))
  })

  it('proves nothing without the seal, or with another', () => {
    expect(tokenInMark(id)).toBeUndefined()
    expect(emailOf(tokenInMark(`${id}.${'a'.repeat(16)}`)!, [key], now)).toBeUndefined()
  })
})
