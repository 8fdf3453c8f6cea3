import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import MailComposer from 'nodemailer/lib/mail-composer'
import { describe, expect, it } from 'vitest'
import { parseMailbox } from '../../../mail/email/address.ts'
import { checkHeader, checkText } from '../../../mail/email/headers.ts'
import { cpuClock } from '../../cpu-clock.ts'

interface Attack {
  readonly separators: readonly { readonly name: string; readonly value: string }[]
  readonly tails: readonly string[]
  readonly structural_header_names_to_refuse: readonly string[]
}

// Not imported: it holds halves of surrogate pairs, which vite cannot turn into a module.
const attack = JSON.parse(
  readFileSync(new URL('../../data/header-injection.json', import.meta.url), 'utf8'),
) as Attack

describe('a header name', () => {
  it.each([
    'List-Unsubscribe',
    'List-Unsubscribe-Post',
    'List-ID',
    'In-Reply-To',
    'References',
    'X-Entity-Ref-ID',
    'Precedence',
    'Auto-Submitted',
    'Importance',
    'X-Priority',
    'X-Mailer',
    'Feedback-ID',
    'Disposition-Notification-To',
    'X-PM-Message-Stream',
    'constructor',
    '1-A',
    '-A',
    'X_A',
    'X.A',
    'x',
    '0',
    '!#$%&\'*+./;<=>?@[\\]^_`{|}~()",',
  ])('%s is free to use', (name) => {
    expect(checkHeader(name, 'value')).toBeUndefined()
  })

  it.each([
    ...attack.structural_header_names_to_refuse,
    'Reply-To',
    'Subject',
    'X-Postern-Id',
    'Return-Receipt-To',
    'Errors-To',
    'Delivered-To',
    'Authentication-Results',
    'Resent-From',
    'ARC-Message-Signature',
    'DKIM-Anything',
    'Content-ID',
    'X-SG-EID',
    'X-MSYS-API',
    'X-MC-BccAddress',
  ])('%s is refused in any case', (name) => {
    for (const spelling of [name, name.toLowerCase(), name.toUpperCase()])
      expect(checkHeader(spelling, 'value')).toMatch(/^this header /)
  })

  it.each([
    '',
    'X A',
    'X%0d%0aA',
    'X\\r\\nA',
    'X-=?utf-8?q?A?=',
    'X:A',
    'X-A:',
    'X\r\nA',
    'X-Ä',
    'X-A\0',
    '__proto__',
    'Bcc ',
  ])('%j is no header name', (name) => {
    expect(checkHeader(name, 'value')).toMatch(/^a header name holds/)
  })

  it('has at most 126 characters', () => {
    expect(checkHeader('X'.repeat(126), 'value')).toBeUndefined()
    expect(checkHeader('X'.repeat(127), 'value')).toBe(
      'the header name is longer than 126 characters',
    )
  })
})

describe('a header value', () => {
  it.each([
    'a',
    'a\tb',
    'Grüße 🎉',
    '<https://b.cd/u?x=1>, <mailto:u@b.cd>',
    '%0d%0a',
    '=?utf-8?q?a?=',
  ])('%j is taken', (value) => {
    expect(checkHeader('X-A', value)).toBeUndefined()
  })

  it.each([
    ['', /is empty/],
    ['  ', /is empty/],
    [' a', /begins or ends/],
    ['a\t', /begins or ends/],
    ['a\r\nBcc: b@b.cd', /line break/],
    [`a${' '.repeat(61)}b`, /more than 60 blanks/],
    ['a'.repeat(901), /cannot be folded/],
    ['é'.repeat(2_001), /longer than 2000 characters/],
  ])('%j is refused', (value, fault) => {
    expect(checkHeader('X-A', value)).toMatch(fault)
  })

  it('is taken up to its limits', () => {
    expect(checkHeader('X-A', `${'a'.repeat(900)} ${'b'.repeat(900)}`)).toBeUndefined()
    expect(checkHeader('X-A', `a${' '.repeat(60)}b`)).toBeUndefined()
    expect(checkHeader('X-A', 'é'.repeat(2_000))).toBeUndefined()
  })

  it.each(['In-Reply-To', 'references'])('of %s is a list of message ids', (name) => {
    for (const value of ['<a@b.cd>', '<a@b.cd>  <c@d.ef>', 'a@b.cd', `<${'a'.repeat(898)}>`])
      expect(checkHeader(name, value)).toBeUndefined()
    for (const value of ['<é@b.cd>', '<a @b.cd>', '<a@b.cd', '<>', '<a><b>', 'a'.repeat(899)])
      expect(checkHeader(name, value)).toMatch(/^this header takes ids/)
  })

  it('of OTP-Token is ASCII, because the composer does not encode it', () => {
    expect(checkHeader('OTP-Token', '"1"; a=b')).toBeUndefined()
    expect(checkHeader('otp-token', '"é"')).toBe('this header takes ASCII only')
  })

  it('that is accepted is composed into sound lines, whatever it holds', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ' ',
        '\t',
        ' '.repeat(60),
        'a'.repeat(76),
        'a'.repeat(900),
        'é',
        '🎉',
        '=?',
        '?=',
      ),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.array(fc.nat(0xff), { maxLength: 4 }).map((units) => String.fromCharCode(...units)),
    )
    const name = fc.constantFrom('X-A', 'References', 'In-Reply-To', 'OTP-Token', 'X'.repeat(126))
    let accepted = 0
    fc.assert(
      fc.property(name, fc.array(piece, { maxLength: 8 }), (name, pieces) => {
        const value = pieces.join('')
        if (checkHeader(name, value) !== undefined) return
        accepted++
        expect(namesOf(compose({ headers: { [name]: value } }))).toEqual(
          [...standardNames, name.toLowerCase()].sort(),
        )
      }),
      { numRuns: 2_000 },
    )
    expect(accepted).toBeGreaterThan(200)
  })
})

describe('header injection', () => {
  /** Separators that are ordinary text: they may stay, and must then do no harm. */
  const harmless = new Set([
    'literal %0d%0a',
    'double-encoded %250d%250a',
    'literal \\r\\n',
    'encoded word CRLF',
    'encoded word base64 CRLF',
    'overlong-looking U+560A U+560D',
    'RTL override',
    'BOM',
    'zero width space',
  ])

  describe.each(attack.separators)('by $name', ({ name, value: separator }) => {
    const values = attack.tails.flatMap((tail) => [
      `ok${separator}${tail}`,
      `${separator}${tail}`,
      `ok ${tail}${separator}`,
      `ok${separator}${separator}${tail}`,
    ])

    it('through a header value', () => {
      for (const value of values) {
        if (expectVerdict(checkHeader('X-A', value)))
          expect(namesOf(compose({ headers: { 'X-A': value } }))).toEqual(
            [...standardNames, 'x-a'].sort(),
          )
      }
    })

    it('through a header name', () => {
      for (const value of values) expect(checkHeader(value, 'value')).toBeTypeOf('string')
    })

    it('through a subject', () => {
      for (const subject of values) {
        if (expectVerdict(checkText(subject)))
          expect(namesOf(compose({ subject }))).toEqual([...standardNames, 'subject'].sort())
      }
    })

    it.each<[string, (value: string) => string]>([
      ['a whole mailbox', (value) => value],
      ['a bare display name', (value) => `${value} <a@b.cd>`],
      ['a quoted display name', (value) => `"${value.replace(/["\\]/g, '\\$&')}" <a@b.cd>`],
      ['a local part', (value) => `a${value}@b.cd`],
      ['a domain', (value) => `a@b${value}.cd`],
      ['what follows an address', (value) => `Ann <a@b.cd>${value}`],
    ])('through %s', (_where, wrap) => {
      for (const value of values) {
        const parsed = parseMailbox(wrap(value))
        if ('fault' in parsed) continue
        const { mailbox } = parsed
        expect(mailbox.address).toMatch(/^[^\s<>()",;:\\\p{C}]+@[a-z0-9.-]+$/u)
        expect(mailbox.name ?? '').not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u)
        const email = compose({ to: { name: '', ...mailbox } })
        expect(email.getEnvelope()).toEqual({ from: 'f@b.cd', to: [mailbox.address] })
        expect(namesOf(email, mailbox.address)).toEqual(standardNames)
      }
    })

    /** Whether the value was accepted, which only harmless separators may be. */
    function expectVerdict(fault: string | undefined): boolean {
      expect(fault === undefined, fault).toBe(harmless.has(name))
      return fault === undefined
    }
  })
})

it('the ends of C0 and the odd ones: only tab is text', () => {
  const refused = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code))
    .concat('\x7f', '\x85', '\u2028', '\u2029', '\ud800', '\udfff')
    .filter((char) => checkText(`a${char}b`) !== undefined)
  expect(refused).toHaveLength(0x20 - 1 + 6)
  expect(checkText('')).toBeUndefined()
  expect(checkText('a\tb \u{1f389}')).toBeUndefined()
})

it.each([
  ['one word', 'a'],
  ['blanks', ' '],
  ['almost too many blanks', `${' '.repeat(60)}a`],
  ['almost too long words', `${'a'.repeat(900)} `],
  ['letters beyond ASCII', 'é'],
  ['surrogate pairs', '🎉'],
])('a megabyte of %s is judged in linear time', (_what, part) => {
  const text = part.repeat(1_000_000 / part.length)
  const spent = cpuClock()
  checkText(text)
  checkHeader('X-A', text)
  checkHeader(text, 'value')
  // Some milliseconds, 0.2 s for blanks; quadratic work on a megabyte takes minutes.
  expect(spent()).toBeLessThan(2_000)
})

const standardNames = [
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'to',
]

function compose(parts: ConstructorParameters<typeof MailComposer>[0]) {
  return new MailComposer({ from: 'f@b.cd', to: 't@b.cd', text: 'text', ...parts }).compile()
}

/**
 * The header names on the wire, sorted, after a look at every line (RFC 5322 section 2.1.1).
 *
 * @param utf8 an address that stands there as it is, also beyond ASCII (RFC 6532)
 */
function namesOf(email: ReturnType<typeof compose>, utf8 = ''): string[] {
  const lines = email.buildHeaders().replace(utf8, '').split('\r\n')
  expect(lines.filter((line) => /^\s*$|[^\t\x20-\x7e]|^.{999}/.test(line))).toEqual([])
  return lines
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
    .sort()
}
