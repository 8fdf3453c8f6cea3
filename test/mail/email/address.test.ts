import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { domainToASCII } from 'node:url'
import MailComposer from 'nodemailer/lib/mail-composer'
import { describe, expect, it } from 'vitest'
import {
  checkName,
  comparisonKey,
  domainOf,
  formatMailbox,
  needsSmtpUtf8,
  parseAddress,
  parseMailbox,
  parseName,
  type Mailbox,
} from '../../../mail/email/address.ts'
import { cpuClock } from '../../cpu-clock.ts'
import hostile from '../../data/hostile-addresses.json' with { type: 'json' }
import verdicts from '../../data/isemail-verdicts.json' with { type: 'json' }

describe('one mailbox is read', () => {
  it.each<[string, Mailbox]>([
    ['a@b.cd', { address: 'a@b.cd' }],
    ['<a@b.cd>', { address: 'a@b.cd' }],
    ['Ann Lee <a@b.cd>', { address: 'a@b.cd', name: 'Ann Lee' }],
    ['  Ann Lee<a@b.cd>  ', { address: 'a@b.cd', name: 'Ann Lee' }],
    ['"Lee, Ann" <a@b.cd>', { address: 'a@b.cd', name: 'Lee, Ann' }],
    [
      String.raw`"\"A\" \\ <x@y.zz>" <a@b.cd>`,
      { address: 'a@b.cd', name: String.raw`"A" \ <x@y.zz>` },
    ],
    ['"" <a@b.cd>', { address: 'a@b.cd' }],
    ['[Büro] Zoë 🎉 <a@b.cd>', { address: 'a@b.cd', name: '[Büro] Zoë 🎉' }],
    ['John Q. Public <a@b.cd>', { address: 'a@b.cd', name: 'John Q. Public' }],
    ['Lee, Ann <a@b.cd>', { address: 'a@b.cd', name: 'Lee, Ann' }],
    ['Acme (Sales); Inc: <a@b.cd>', { address: 'a@b.cd', name: 'Acme (Sales); Inc:' }],
    ['Keitai <"a..b."@b.cd>', { address: '"a..b."@b.cd', name: 'Keitai' }],
    ['Mixed.Case+tag@Example.COM', { address: 'Mixed.Case+tag@example.com' }],
  ])('%s', (text, mailbox) => {
    expect(parseMailbox(text)).toEqual({ mailbox })
  })

  it.each([
    ['Lee, a@b.cd <a@b.cd>', /needs double quotes/],
    ['Staff: <a@b.cd>, Ann <a@b.cd>', /needs double quotes/],
    ['a@b.cd, Ann <c@d.ef>', /needs double quotes/],
    ['Ann <x@y.zz> <a@b.cd>', /needs double quotes/],
    ['"Ann <a@b.cd>', /does not end right before/],
    ['"Ann" Lee <a@b.cd>', /does not end right before/],
    [String.raw`"Ann\" <a@b.cd>`, /does not end right before/],
    ['Ann <a@b.cd', /angle brackets/],
    ['a@b.cd>', /angle brackets/],
    ['< a@b.cd >', /white space/],
    ['Ann <>', /is empty/],
    ['Ann\t<a@b.cd>', /control character/],
    ['\u202emoc <a@b.cd>', /bidirectional/],
    ['\ud800 <a@b.cd>', /surrogate/],
    [`${'n'.repeat(257)} <a@b.cd>`, /longer than 256 octets/],
    [`${' '.repeat(1020)}a@b.cd`, /longer than 1024 characters/],
  ])('%j is refused', (text, fault) => {
    expect(parseMailbox(text)).toEqual({ fault: expect.stringMatching(fault) as string })
  })
})

describe('a display name on its own', () => {
  it('is read as it would be before an address', () => {
    expect(parseName(' "Lee, Ann" ')).toEqual({ name: 'Lee, Ann' })
    expect(parseName('Ann')).toEqual({ name: 'Ann' })
    expect(parseName('""')).toEqual({})
    expect(parseName(' '.repeat(1_025))).toEqual({
      fault: 'the display name is longer than 256 octets',
    })
  })

  it('has 256 octets at most and no control characters', () => {
    expect(checkName('Lee, "Ann"')).toBeUndefined()
    expect(checkName('é'.repeat(128))).toBeUndefined()
    expect(checkName('é'.repeat(129))).toMatch(/longer than 256 octets/)
    for (const control of ['\t', '\n', '\0', '\x7f', '\x9f', '\u2028'])
      expect(checkName(`a${control}b`)).toMatch(/control character or line break/)
  })
})

describe('an address', () => {
  it('has at most 254 octets, and 320 as it is written', () => {
    const domain = (length: number) => `${'l.'.repeat(length / 2 - 1)}cd`
    expect(parseAddress(`aa@${domain(250)}`)).toHaveProperty('address.length', 253)
    expect(parseAddress(`aaa@${domain(250)}`)).toHaveProperty('address.length', 254)
    expect(parseAddress(`aaaa@${domain(250)}`)).toEqual({
      fault: 'the address is longer than 254 octets',
    })
    expect(parseAddress(`a@b${'\u00ad'.repeat(157)}.cd`)).toEqual({ address: 'a@b.cd' })
    expect(parseAddress(`a@b${'\u00ad'.repeat(158)}.cd`)).toEqual({
      fault: 'the address is longer than 320 octets',
    })
  })

  it.each([
    ['', 'the address is empty'],
    ['a', 'the address has no @'],
    ['a@b@c.de', 'the address has more than one @'],
    ['a@b.cd,e@f.gh', 'lists and groups are not accepted: one address is needed'],
    ['"a b"@b.cd', 'quoted local parts may only hold atoms and dots'],
    ['"a@c.de"@b.cd', 'the address has more than one @'],
    ['"a\\"b"@b.cd', 'quoted local parts may only hold atoms and dots'],
    ['""@b.cd', 'quoted local parts may only hold atoms and dots'],
    ['a"b"@b.cd', 'quoted local parts may only hold atoms and dots'],
    ['"-a."@b.cd', 'the local part begins with a hyphen'],
    ['"a,b"@b.cd', 'lists and groups are not accepted: one address is needed'],
    ['"a<b"@b.cd', 'angle brackets belong around one address, at the end'],
    ['a@b(c).de', 'comments are not accepted in an address'],
    ['a@[192.0.2.1]', 'address literals are not accepted: a domain name is needed'],
    ['@x.yz:a@b.cd', 'groups and source routes are not accepted'],
    [' a@b.cd', 'the address holds white space'],
    ['a@b.cd\n', 'the address holds a control character or line break'],
  ])('%j is refused for its own reason', (text, fault) => {
    expect(parseAddress(text)).toEqual({ fault })
  })
})

describe('the local part', () => {
  it.each([
    `${'a'.repeat(64)}@b.cd`,
    "!#$%&'*+-/=?^_`{|}~@b.cd",
    'zoë@b.cd',
    'उपयोगकर्ता@b.cd',
    'ทำงาน@b.cd',
    '用户@b.cd',
  ])('%s is kept as given', (text) => {
    expect(parseAddress(text)).toEqual({ address: text })
  })

  it.each([
    ['a octet too many in UTF-8', `${'é'.repeat(32)}a@b.cd`, /longer than 64 octets/],
    ['form NFD', 'zoe\u0308@b.cd', /NFC/],
    ['the Kelvin sign', '\u212aim@b.cd', /NFC/],
    ['a full-width letter', 'ａnn@b.cd', /in disguise/],
    ['a mathematical letter', '𝐚nn@b.cd', /in disguise/],
    ['a mark with nothing to stand on', '\u0338a@b.cd', /not allowed/],
    ['a right-to-left override', 'a\u202eb@b.cd', /not allowed/],
    ['a zero width space', 'a\u200bb@b.cd', /not allowed/],
    ['a soft hyphen', 'a\u00adb@b.cd', /not allowed/],
    ['an invisible letter', 'a\u3164@b.cd', /not allowed/],
    ['an unassigned character', 'a\u0378@b.cd', /not allowed/],
    ['a private character', 'a\ue000@b.cd', /not allowed/],
    ['a symbol', 'a🎉@b.cd', /not allowed/],
    ['a no-break space', 'a\u00a0b@b.cd', /white space/],
    ['a dot in front', '.a@b.cd', /a dot/],
    ['a dot at the end', 'a.@b.cd', /a dot/],
    ['two dots', 'a..b@b.cd', /a dot/],
    ['a backslash', 'a\\b@b.cd', /not allowed/],
  ])('with %s is refused', (_what, text, fault) => {
    expect(parseAddress(text)).toEqual({ fault: expect.stringMatching(fault) as string })
  })
})

describe('the domain', () => {
  it.each([
    ['B.CD', 'b.cd'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['faß.de', 'xn--fa-hia.de'],
    ['a\u200bb．cd', 'ab.cd'],
    ['r3---sn.example', 'r3---sn.example'],
    [`${'l'.repeat(63)}.cd`, `${'l'.repeat(63)}.cd`],
  ])('%s is %s everywhere', (written, domain) => {
    expect(parseAddress(`a@${written}`)).toEqual({ address: `a@${domain}` })
    expect(domainOf(`a@${domain}`)).toBe(domain)
  })

  it.each([
    ['a percent escape', 'ex%61mple.com', /other than/],
    ['a path', 'b.cd/x.example', /other than/],
    ['an underscore', 'a_b.cd', /other than/],
    ['a full-width percent', 'ex％61mple.com', /not a valid domain/],
    ['a character that maps to a slash', '℀.com', /not a valid domain/],
    ['characters that map to brackets', '⑴.com', /more than letters/],
    ['mixed directions', 'אb.com', /not a valid domain/],
    ['a label that vanishes', '\u00ad.com', /empty/],
    ['a hyphen in front', '-a.cd', /more than letters/],
    ['a hyphen at the end', 'a-.cd', /more than letters/],
    ['an ideographic dot at the end', 'b.cd。', /ends with a dot/],
    ['a number', '1.1', /is a number/],
    ['a hexadecimal number', '0x7f.1', /is a number/],
    ['full-width digits', '１.１', /is a number/],
    ['a numeric last label', 'b.123', /not a valid domain/],
    ['punycode that does not decode', 'xn--zzzzzz.com', /punycode/],
    ['punycode of nothing', 'b.xn--', /more than letters/],
    ['punycode of plain ASCII', 'xn--example-.com', /more than letters/],
    ['punycode with a second spelling', 'xn---2fl.com', /punycode/],
    ['sound and unsound punycode', 'xn--fa-hia.xn--a.com', /punycode/],
  ])('with %s is refused', (_what, domain, fault) => {
    expect(parseAddress(`a@${domain}`)).toEqual({ fault: expect.stringMatching(fault) as string })
  })
})

describe('hostile addresses', () => {
  /** What the catalogue leaves open, decided. Everything else in it is to be refused. */
  const accepted: Record<string, Mailbox> = {
    'user@ｇｏｏｄ-corp.com': { address: 'user@good-corp.com' },
    'user@good-corp.com。evil.com': { address: 'user@good-corp.com.evil.com' },
    'user@go\u00adod-corp.com': { address: 'user@good-corp.com' },
    'user@good\u2011corp.com': { address: 'user@xn--goodcorp-3m3d.com' },
    'user@faß.de': { address: 'user@xn--fa-hia.de' },
    'üser@faß.de': { address: 'üser@xn--fa-hia.de' },
    '"user@good-corp.com" <evil@evil.com>': {
      address: 'evil@evil.com',
      name: 'user@good-corp.com',
    },
    'user@good-corp.com <evil@evil.com>': { address: 'evil@evil.com', name: 'user@good-corp.com' },
    '=?utf-8?q?evil=40evil.com?= <user@good-corp.com>': {
      address: 'user@good-corp.com',
      name: '=?utf-8?q?evil=40evil.com?=',
    },
    'user%evil.com@good-corp.com': { address: 'user%evil.com@good-corp.com' },
    'evil.com!user@good-corp.com': { address: 'evil.com!user@good-corp.com' },
  }

  it('are 51, of which 11 may be accepted', () => {
    expect(hostile.cases).toHaveLength(51)
    const refused = hostile.cases.filter(({ input }) => !(input in accepted))
    expect(refused.filter(({ required }) => !/reject/.test(required))).toEqual([])
    expect(refused).toHaveLength(40)
  })

  it.each(hostile.cases)('$why', ({ input, required }) => {
    const mailbox = required === 'reject' ? undefined : accepted[input]
    const parsed = parseMailbox(input)
    expect(parsed).toEqual(mailbox ? { mailbox } : { fault: expect.any(String) as string })
    if ('fault' in parsed && input.length > 6) expect(parsed.fault).not.toContain(input)
  })
})

describe('the isemail suites (read from ../shared/testdata, skipped where that is missing)', () => {
  interface Case {
    readonly id: number
    readonly address: string
    readonly category: string
  }
  const folder = '../shared/testdata/isemail'
  const read = (suite: string) =>
    (JSON.parse(readFileSync(`${folder}/${suite}.json`, 'utf8')) as { tests: Case[] }).tests
  const isAccepted = ({ address }: Case) => 'address' in parseAddress(address)

  describe.skipIf(!existsSync(folder)).each(['tests', 'tests-original'] as const)('%s', (suite) => {
    it('gets the verdicts on record, case by case', () => {
      const cases = read(suite)
      expect(cases.filter(isAccepted).map(({ id }) => id)).toEqual(verdicts[suite].accepted)
      expect(cases.filter((one) => !isAccepted(one)).map(({ id }) => id)).toEqual(
        verdicts[suite].refused,
      )
    })

    it('has nothing accepted but "valid", "no DNS record", and quoted local parts', () => {
      const accepted = read(suite).filter(isAccepted)
      const isQuoted = ({ address }: Case) => address.startsWith('"')
      const plain = accepted.filter((one) => !isQuoted(one)).map(({ category }) => category)
      expect([...new Set(plain)].sort()).toEqual(['ISEMAIL_DNSWARN', 'ISEMAIL_VALID_CATEGORY'])
      const quoted = accepted.filter(isQuoted).map(({ category }) => category)
      expect([...new Set(quoted)]).toEqual(['ISEMAIL_RFC5321'])
    })

    it('has two valid addresses refused: a single label and an invalid A-label', () => {
      const refused = read(suite).filter(
        (one) => /VALID|DNSWARN/.test(one.category) && !isAccepted(one),
      )
      expect(refused.map(({ address }) => parseAddress(address))).toEqual([
        {
          fault:
            suite === 'tests'
              ? 'the domain has only one label'
              : 'the domain holds invalid punycode',
        },
      ])
    })
  })
})

describe('whatever comes in', () => {
  const tokens = [
    ...['a', 'B', '7', '-', '.', '@', '<', '>', '"', '\\', ',', ';', ':', '(', ')', '[', ']', ' '],
    ...[
      'b.cd',
      'xn--',
      'xn--fa-hia',
      '=?',
      '?=',
      '%',
      '\r\n',
      '\t',
      '\0',
      'é',
      'e\u0301',
      'ß',
      'א',
    ],
    ...[
      '。',
      '＠',
      '％',
      '１',
      '\u00ad',
      '\u200d',
      '\u202e',
      '\u2028',
      '\ud800',
      '\udc00',
      '用户',
      '🎉',
    ],
  ]
  const garbage = fc.oneof(
    fc.array(fc.constantFrom(...tokens), { maxLength: 20 }).map((parts) => parts.join('')),
    fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  )
  const nearlyAddress = fc.tuple(garbage, garbage).map(([left, right]) => `a${left}@${right}b.cd`)
  const nearlyMailbox = fc
    .tuple(garbage, nearlyAddress)
    .map(([name, address]) => `${name}<${address}>`)
  const text = fc.oneof(garbage, nearlyAddress, nearlyMailbox)

  const atom = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=^_`{|}~é用א]{1,8}$/)
  const label = fc.oneof(
    fc.stringMatching(/^[a-zA-Z0-9]{1,8}$/),
    fc.constantFrom('bücher', 'faß', 'א', '例え'),
  )
  const address = fc
    .tuple(
      fc.array(atom, { minLength: 1, maxLength: 3 }),
      fc.array(label, { minLength: 1, maxLength: 3 }),
    )
    .map(([atoms, labels]) => `${atoms.join('.')}@${labels.join('.')}.Example`)
  const valid = fc
    .oneof(text, address)
    .map((text) => parseAddress(text))
    .filter((parsed) => 'address' in parsed)
  const name = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), garbage)

  it('parsing does not throw, and a fault is one short sentence', () => {
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseMailbox(input)
        if ('fault' in parsed) expect(parsed.fault).toMatch(/^[\x20-\x7e]{10,90}$/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('an accepted address has one shape, and is read again as itself', () => {
    const shape =
      /^[^\s<>()",;:\\\p{C}]{1,64}@[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.[a-z0-9-]*[a-z][a-z0-9-]*$/u
    fc.assert(
      fc.property(valid, ({ address }) => {
        expect(address).toMatch(shape)
        expect(Buffer.byteLength(address)).toBeLessThanOrEqual(254)
        expect(parseAddress(address)).toEqual({ address })
        expect(parseMailbox(`<${address}>`)).toEqual({ mailbox: { address } })
      }),
      { numRuns: 1_000 },
    )
  })

  it('no address turns into another one by normalising or by changing case', () => {
    fc.assert(
      fc.property(valid, ({ address }) => {
        const key = comparisonKey(address)
        expect(comparisonKey(key)).toBe(key)
        expect(comparisonKey(address.toLowerCase().normalize('NFC'))).toBe(key)
        expect(needsSmtpUtf8(key)).toBe(needsSmtpUtf8(address))
        const ascii = (one: string) => one.replace(/[^\0-\x7f]/g, '')
        expect(ascii(address.normalize('NFKC'))).toBe(ascii(address))
      }),
      { numRuns: 1_000 },
    )
  })

  it('a mailbox that is written out is read back the same', () => {
    const wrapped = fc
      .tuple(name, valid)
      .map(([given, { address }]) =>
        parseMailbox(`"${given.replace(/["\\]/g, '\\$&')}" <${address}>`),
      )
      .filter((parsed) => 'mailbox' in parsed)
    fc.assert(
      fc.property(wrapped, ({ mailbox }) => {
        expect(parseMailbox(formatMailbox(mailbox))).toEqual({ mailbox })
      }),
      { numRuns: 1_000 },
    )
  })

  it('nodemailer addresses exactly the mailbox that was accepted, on one sound header line', () => {
    const accepted = fc.oneof(
      text,
      fc.tuple(name, address).map(([given, one]) => `${given} <${one}>`),
    )
    let mailboxes = 0
    fc.assert(
      fc.property(accepted, (input) => {
        const parsed = parseMailbox(input)
        if ('fault' in parsed) return
        mailboxes++
        const { address, name = '' } = parsed.mailbox
        const email = new MailComposer({
          from: 'f@b.cd',
          to: { address, name },
          text: '',
        }).compile()
        const to = email.getEnvelope().to
        // With a local part beyond ASCII nodemailer shows the domain as U-labels as well.
        if (needsSmtpUtf8(address))
          expect(to.map((text) => parseAddress(text))).toEqual([{ address }])
        else expect(to).toEqual([address])
        const lines = email.buildHeaders().split('\r\n')
        expect(lines.filter((line) => /^\s*$|[\0-\x08\n-\x1f\x7f]|.{999}/.test(line))).toEqual([])
      }),
      { numRuns: 2_000 },
    )
    expect(mailboxes).toBeGreaterThan(200)
  })
})

it.each([
  ['quoted names', '"'],
  ['escapes', '"\\'],
  ['lists', 'a@b.cd,'],
  ['groups', 'a:'],
  ['brackets', '<'],
  ['comments', '('],
  ['blanks', ' '],
  ['labels', 'a@a.a.'],
  ['marks', 'a\u0301'],
  ['ideographs', 'a@用.'],
])('a megabyte of %s takes no longer than its first kilobyte', (_what, part) => {
  const spent = cpuClock()
  for (const length of [300, 1_000, 1_000_000]) {
    const text = part.repeat(Math.ceil(length / part.length)).slice(0, length)
    for (const one of [text, `${text}@b.cd`, `${text}<a@b.cd>`, `"${text}" <a@b.cd>`])
      expect(parseMailbox(one)).toBeDefined()
  }
  // Twelve parses: far below a millisecond each; quadratic work on a megabyte takes minutes.
  expect(spent()).toBeLessThan(500)
})

describe('comparing', () => {
  it('makes no difference between upper and lower case', () => {
    expect(comparisonKey('Bob.SMITH@b.cd')).toBe('bob.smith@b.cd')
    expect(comparisonKey('J\u030can@b.cd')).toBe('\u01f0an@b.cd')
  })

  it('does not fold tags or dots', () => {
    expect(comparisonKey('a.b+c@b.cd')).toBe('a.b+c@b.cd')
  })
})

it('only a local part beyond ASCII needs SMTPUTF8', () => {
  const needs = (text: string) => {
    const parsed = parseAddress(text)
    return 'address' in parsed && needsSmtpUtf8(parsed.address)
  }
  expect(needs('user@faß.de')).toBe(false)
  expect(needs('üser@b.cd')).toBe(true)
})

it('a name is quoted only where bare words would be read differently', () => {
  expect(formatMailbox({ address: 'a@b.cd' })).toBe('a@b.cd')
  expect(formatMailbox({ address: 'a@b.cd', name: 'Zoë O’Neil 🎉' })).toBe('Zoë O’Neil 🎉 <a@b.cd>')
  expect(formatMailbox({ address: 'a@b.cd', name: 'Lee, "A"' })).toBe(
    String.raw`"Lee, \"A\"" <a@b.cd>`,
  )
  expect(formatMailbox({ address: 'a@b.cd', name: '=?utf-8?q?x?=' })).toBe(
    '"=?utf-8?q?x?=" <a@b.cd>',
  )
})

describe('a domain that need not be mapped', () => {
  const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/)
  const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))

  it('is read as the mapping would read it', () => {
    fc.assert(
      fc.property(
        fc.oneof(domain, fc.constantFrom('1.0x7f', '0x7f.1', 'xn--a.de', 'a.0')),
        (it) => {
          const read = parseAddress(`you@${it}`)
          if ('address' in read) expect(read.address).toBe(`you@${domainToASCII(it)}`)
          else expect(parseAddress(`you@${it.toUpperCase()}`)).toEqual(read)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
