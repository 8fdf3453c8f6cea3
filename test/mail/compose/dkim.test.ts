import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  verify,
  type KeyObject,
} from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compose } from '../../../mail/compose/compose.ts'
import { readDkimKey, signDkim } from '../../../mail/compose/dkim.ts'
import type { Content } from '../../../mail/email/email.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const identity = { domain: 'own.test', selector: 's2026', privateKey }

describe('a DKIM signature', () => {
  it('holds for a composed email and leaves every byte below it as it was', async () => {
    const email = await composed({
      kind: 'structured',
      html: '<p>Grüße  \t </p>\n\n',
      headers: {},
      attachments: [],
    })
    const signed = await signDkim(email, identity)
    expect(Buffer.from(signed.subarray(-email.length)).equals(Buffer.from(email))).toBe(true)
    expect(holds(signed)).toBe(true)
  })

  it('holds for a raw email with folded fields, odd blanks and 8-bit text', async () => {
    const mime = [
      'SUBJECT :  many   blanks\t and',
      '\t folds  ',
      'To: bob@example.test,',
      '  Carla Müller <carla@example.test>',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      ' leading,  inner   and trailing \t ',
      '',
      'Größe',
      '',
    ].join('\r\n')
    const email = await composed(raw(`${mime}\r\n\r\n \t\r\n`))
    const signed = await signDkim(email, identity)
    expect(holds(signed)).toBe(true)
    expect(tagsOf(signed)['h']).toContain('subject')
  })

  it.each([
    ['no body at all', ''],
    ['only blank lines', '\r\n\r\n\r\n'],
    ['trailing blank lines', 'text\r\n\r\n\r\n'],
    ['no line end at the end', 'text'],
    ['a line of dots', '.\r\n..\r\n'],
  ])('holds with %s', async (_, body) => {
    const signed = await signDkim(await composed(raw(`Subject: x\r\n\r\n${body}`)), identity)
    expect(holds(signed)).toBe(true)
  })

  it('holds for any fields and body', async () => {
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 })
    const words = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'ü', '=', ';', ':'), minLength: 1 }),
    )
    const line = fc
      .tuple(blanks, words, blanks)
      .map(([before, parts, after]) => before + parts.join(' \t ') + after)
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(line), async (folds, body) => {
        const value = folds.filter((fold) => fold.trim() !== '').join('\r\n ')
        const mime = `Subject: ${value}\r\n\r\n${body.join('\r\n')}`
        expect(holds(await signDkim(await composed(raw(mime)), identity))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is the same for every copy of an email', async () => {
    const email = await composed(raw('Subject: x\r\n\r\ntext'))
    const [first, second] = [await signDkim(email, identity), await signDkim(email, identity)]
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true)
    expect(tagsOf(first)).not.toHaveProperty('t')
  })

  it('names who signed and how', async () => {
    const tags = tagsOf(await signDkim(await composed(raw('Subject: x\r\n\r\ntext')), identity))
    const { v, a, c, d, s } = tags
    expect({ v, a, c, d, s }).toEqual({
      v: '1',
      a: 'rsa-sha256',
      c: 'relaxed/relaxed',
      d: 'own.test',
      s: 's2026',
    })
  })

  it('covers the sender, the subject and one-click unsubscription, but not what relays replace', async () => {
    const mime =
      'Subject: x\r\nList-Unsubscribe: <https://own.test/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\ntext'
    const fields = tagsOf(await signDkim(await composed(raw(mime)), identity))['h']!.split(':')
    expect(fields).toEqual(
      expect.arrayContaining([
        'from',
        'subject',
        'date',
        'list-unsubscribe',
        'list-unsubscribe-post',
      ]),
    )
    expect(fields).not.toContain('message-id')
  })

  it.each(['From', 'Reply-To', 'To', 'Cc', 'Subject', 'Content-Type'])(
    'breaks when a %s is added, above or below, there or not',
    async (name) => {
      const email = await composed(raw('Subject: x\r\n\r\ntext'))
      const text = Buffer.from(await signDkim(email, identity)).toString('latin1')
      const above = text.replace(/\r\n(?=X-Postern-Id)/, `\r\n${name}: eve@evil.test\r\n`)
      const below = text.replace('\r\n\r\n', `\r\n${name}: eve@evil.test\r\n\r\n`)
      expect([above, below]).not.toContain(text)
      expect([above, below].map((changed) => holds(Buffer.from(changed, 'latin1')))).toEqual([
        false,
        false,
      ])
    },
  )

  it.each([
    ['the body', 'Dear Bob', 'Dear Rob'],
    ['the subject', 'Subject: Terms', 'Subject: Other terms'],
    ['the sender', 'From: ann@own.test', 'From: eve@own.test'],
  ])('breaks when %s is changed', async (_, from, to) => {
    const email = await composed(raw('Subject: Terms\r\n\r\nDear Bob'))
    const text = Buffer.from(await signDkim(email, identity)).toString('latin1')
    expect(text).toContain(from)
    expect(holds(Buffer.from(text.replace(from, to), 'latin1'))).toBe(false)
  })

  it('lets other work go on while it signs an email of 4 MB', async () => {
    const email = await composed(raw(`Subject: x\r\n\r\n${'0123456789abcdef\r\n'.repeat(220_000)}`))
    let turns = 0
    const turn = () => {
      turns += 1
      waiting = setImmediate(turn)
    }
    let waiting = setImmediate(turn)
    const signed = await signDkim(email, identity)
    clearImmediate(waiting)
    expect(turns).toBeGreaterThan(15)
    expect(holds(signed)).toBe(true)
  })

  it('is refused rather than left out when the key cannot make it', async () => {
    const other = generateKeyPairSync('ed25519').privateKey
    const email = await composed(raw('Subject: x\r\n\r\ntext'))
    await expect(signDkim(email, { ...identity, privateKey: other })).rejects.toThrow(
      'no signature',
    )
  })
})

describe('a DKIM key', () => {
  const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' = 'pkcs8') =>
    key.export({ type, format: 'pem' }).toString()

  it.each(['pkcs1', 'pkcs8'] as const)('is read as %s', (type) => {
    expect(readDkimKey(pem(privateKey, type)).equals(privateKey)).toBe(true)
  })

  const damaged = pem(privateKey).replace(/[A-Za-z0-9+/]{8}\n/, '\n')
  it.each([
    ['damaged', damaged, 'damaged'],
    ['on one line', pem(privateKey).replaceAll('\n', '\\n'), 'written as \\n'],
    [
      'public',
      createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
      'the public key',
    ],
    [
      'encrypted',
      privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
      'passphrase',
    ],
    ['Ed25519', pem(generateKeyPairSync('ed25519').privateKey), 'an RSA key is needed'],
    [
      'RSA-PSS',
      pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey),
      'an RSA key is needed',
    ],
    [
      'too short',
      pem(generateKeyPairSync('rsa', { modulusLength: 768 }).privateKey),
      'at least 1024',
    ],
    ['no PEM', 'SECRET-BUT-NO-KEY', 'not PEM'],
    ['empty', '', 'not PEM'],
  ])('that is %s is refused in words that hold none of it', (_, text, words) => {
    const error = thrownBy(() => readDkimKey(text))
    expect(error.message).toContain(words)
    const shown = inspect(error, { depth: 5 })
    for (const line of text
      .split(/\\n|\n/)
      .filter((part) => part.length > 12 && !part.startsWith('---')))
      expect(shown).not.toContain(line)
  })
})

function thrownBy(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

function raw(mime: string): Content {
  return { kind: 'raw', mime: Buffer.from(mime).toString('base64') }
}

function composed(content: Content): Promise<Uint8Array> {
  return compose({
    id: '0190aaaa-0000-7000-8000-000000000001',
    project: 'default',
    messageId: '<0190aaaa@own.test>',
    date: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
    from: { address: 'ann@own.test' },
    replyTo: [],
    to: content.kind === 'raw' ? [] : [{ address: 'bob@example.test', name: 'Bob Größer' }],
    cc: [],
    subject:
      'A subject long enough to be folded, and with an umlaut so that it is encoded: Größe und mehr',
    headers: {},
    tags: [],
    content,
    envelope: { from: 'ann@own.test', to: ['bob@example.test'] },
  })
}

/** RFC 6376 section 6.1, by hand, for one signature on top of an email. */
function holds(email: Uint8Array): boolean {
  const { fields, body } = partsOf(email)
  const [signature, ...rest] = fields
  const tags = tagsOf(email)
  const names = tags['h']!.split(':')
  const unused = [...rest]
  const signed = names.map((name) => {
    const at = unused.findLastIndex((field) => nameOf(field) === name)
    return at < 0 ? '' : `${relaxedField(unused.splice(at, 1)[0]!)}\r\n`
  })
  const bare = relaxedField(signature!.replace(/b=[^;]*$/, 'b='))
  const data = Buffer.from(signed.join('') + bare, 'latin1')
  const bodyHash = createHash('sha256').update(relaxedBody(body), 'latin1').digest('base64')
  const publicKey = createPublicKey(privateKey)
  return (
    bodyHash === tags['bh'] && verify('sha256', data, publicKey, Buffer.from(tags['b']!, 'base64'))
  )
}

function partsOf(email: Uint8Array): { fields: string[]; body: string } {
  const text = Buffer.from(email).toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  return { fields: text.slice(0, end).split(/\r\n(?![ \t])/), body: text.slice(end + 4) }
}

function tagsOf(email: Uint8Array): Record<string, string> {
  const [signature = ''] = partsOf(email).fields
  expect(nameOf(signature)).toBe('dkim-signature')
  const tags = signature.slice(signature.indexOf(':') + 1).split(';')
  return Object.fromEntries(
    tags.map((tag) => {
      const [, name = '', value = ''] = /^\s*(\w+)\s*=([^]*)$/.exec(tag) ?? []
      return [name, value.replace(/\s+/g, '')]
    }),
  )
}

function nameOf(field: string): string {
  return field.slice(0, field.indexOf(':')).trim().toLowerCase()
}

/** Section 3.4.2. */
function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(':') + 1).replaceAll('\r\n', '')
  return `${nameOf(field)}:${value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')}`
}

/** Section 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
  while (lines.at(-1) === '') lines.pop()
  return lines.map((line) => `${line}\r\n`).join('')
}
