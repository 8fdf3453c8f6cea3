import fc from 'fast-check'
import { domainToUnicode } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../mail/email/address.ts'
import { addressFinder } from '../../../mail/erase/address-finder.ts'
import { mentions } from '../../../mail/erase/mentions.ts'
import '../../property-seed.ts'

const locals = fc.stringMatching(/^[a-zA-Z0-9àéüßñ]([a-zA-Z0-9àéüßñ._+'-]{0,10}[a-zA-Z0-9àéüßñ])?$/)
const domains = fc.constantFrom(
  'example.com',
  'Bücher.example',
  'xn--bcher-kva.example',
  'a-b.co.uk',
)

/** Addresses as people write them, and as they are kept. */
const mailboxes = fc
  .tuple(locals, domains)
  .map(([local, domain]) => parseAddress(`${local.normalize('NFC')}@${domain}`))
  .filter((read) => 'address' in read)
  .map(({ address }) => address)

/** The ways in which one address is written. */
const spellings: readonly ((address: string) => string)[] = [
  (one) => one,
  (one) => one.toUpperCase(),
  (one) => one.normalize('NFD'),
  (one) => one.replace(/@(.*)$/, (_, domain: string) => `@${domainToUnicode(domain)}`),
  (one) => one.replace('@', '&#64;'),
  (one) => encodeURIComponent(one),
]

const around = fc.constantFrom(
  ['', ''],
  ['<', '>'],
  ['see ', '.'],
  ['"to":"', '","x"'],
  ['mailto:', '?subject=x'],
  ['550 5.1.1 <', '>: unknown'],
  ['https://a.b/?to=', '&x=1'],
)

describe('an address is found', () => {
  it('in every spelling and every place, and nothing is left of it', () => {
    fc.assert(
      fc.property(
        mailboxes,
        fc.nat(spellings.length - 1),
        around,
        (address, way, [before, after]) => {
          const { isIn, without, mayBeIn } = addressFinder(address)
          // In upper case ß is SS, another letter.
          fc.pre(way !== 1 || !address.includes('ß'))
          const text = `${before}${spellings[way]!(address)}${after}`
          expect(isIn(text), text).toBe(true)
          expect(mayBeIn(text), text).toBe(true)
          expect(without(text, 'gone')).toBe(`${before}gone${after}`)
          expect(isIn(JSON.stringify({ text: `a\n${text}` })), text).toBe(true)
        },
      ),
    )
  })

  it('in bytes: base64, quoted-printable, a file in an email in an email', () => {
    fc.assert(
      fc.property(mailboxes, fc.string({ maxLength: 90 }), (address, filler) => {
        const text = `${filler.replaceAll(/[\w@.+%=-]/g, ' ')} <${address}>`
        const finder = addressFinder(address)
        const lines = Buffer.from(text)
          .toString('base64')
          .replace(/(.{40})/g, '$1\r\n')
        const part = `Content-Transfer-Encoding: base64\r\n\r\n${lines}\r\n--x--`
        const quoted = [...Buffer.from(text)].map(
          (b) => `=${b.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        const inJson = JSON.stringify({
          attachments: [{ content: Buffer.from(part).toString('base64') }],
        })
        for (const spelled of [text, part, quoted.join(''), quoted.join('=\r\n'), inJson])
          expect(mentions(Buffer.from(spelled), finder), spelled).toBe(true)
        expect(
          mentions(
            Buffer.from(`=?utf-8?Q?Hi_${address.replace('@', '=40').replaceAll('_', '=5F')}?=`),
            finder,
          ),
        ).toBe(true)
      }),
    )
  })

  it('nowhere else: not in a longer address, and not in another', () => {
    const { isIn, is, without } = addressFinder('bob@example.com')
    for (const other of [
      'bigbob@example.com',
      'x.bob@example.com',
      'bob+tag@example.com',
      'bob@example.com.evil.org',
      'bob@example.community',
      'bob@sub.example.com',
      "o'bob@example.com",
      'bob at example.com',
    ]) {
      expect(isIn(other), other).toBe(false)
      expect(isIn(`<${other}>`) && !other.startsWith("o'"), other).toBe(false)
      expect(is(other)).toBe(false)
      expect(without(other, 'x')).toBe(other)
    }
    expect(mentions(Buffer.from('Ym9i'.repeat(100)), addressFinder('bob@example.com'))).toBe(false)
  })
})
