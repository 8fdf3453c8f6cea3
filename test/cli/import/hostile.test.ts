import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../machine/failure.ts'
import { importSettings, importSources } from '../../../cli/import/index.ts'
import { imported, sampleFile } from './files.ts'

/** What an import says when it cannot read a file. */
function refusalOf(from: string, text: string): string {
  try {
    importSettings(from, text)
  } catch (error) {
    expect(error).toBeInstanceOf(Failure)
    return (error as Failure).message
  }
  throw new Error(`${from} took it`)
}

/** A file for each system that is certainly not of any other. */
const samples: Readonly<Record<string, string>> = {
  pydio: sampleFile('pydio.json'),
  codenvy: sampleFile('codenvy.properties'),
  shield: sampleFile('frontier.yaml'),
  kbox: sampleFile('kbox.env'),
  codestream: sampleFile('codestream.json'),
  env: sampleFile('application.env'),
}

describe('a file that is not what --from says', () => {
  const pairs = importSources.flatMap((from) =>
    Object.keys(samples)
      .filter((other) => other !== from && !(from === 'env' && other === 'kbox'))
      .map((other) => [from, other] as const),
  )

  it.each(pairs)('is refused by %s for a file of %s', (from, other) => {
    expect(refusalOf(from, samples[other]!)).toMatch(/^expected .+; found .+/)
  })

  it.each(importSources)('is refused by %s when it is empty, XML, binary or a list', (from) => {
    expect(refusalOf(from, ' \n\t\n')).toContain('found an empty file')
    expect(refusalOf(from, '<?xml version="1.0"?><mail/>')).toContain('found XML or HTML')
    expect(refusalOf(from, '\x7fELF\0\0\0')).toContain('found binary data')
    expect(refusalOf(from, '[1, 2]')).toContain('found a JSON list')
  })

  it.each(importSources)('is refused by %s at 10 MB, and at once', (from) => {
    expect(refusalOf(from, 'x=1\n'.repeat(2_500_000))).toContain('longer than')
  })

  it('names the systems that there are', () => {
    expect(refusalOf('outlook', '{}')).toContain(importSources.join(', '))
  })

  it('tells what was found by names, never by values', () => {
    const words = refusalOf('codenvy', 'DB_PASSWORD=hunter2\nAPI_KEY=hunter2')
    expect(words).toContain('DB_PASSWORD, API_KEY')
    expect(words).not.toContain('hunter2')
  })

  it('tells where JSON is broken, without quoting it', () => {
    const words = refusalOf('pydio', '{\n  "password": "hunter2\n}')
    expect(words).toContain('JSON with a mistake in it')
    expect(words).not.toContain('hunter')
  })
})

describe('a hostile file', () => {
  it('sets nothing through __proto__ or constructor', () => {
    const mailer =
      '"pydio.grpc.mailer": {"from": "eve@acme.test", "sender": {"@value": "sendmail"}}'
    for (const key of ['__proto__', 'constructor', 'prototype'])
      expect(refusalOf('pydio', `{"services": {"${key}": {${mailer}}}}`)).toContain('expected')
    expect(refusalOf('pydio', `{"__proto__": {"services": {${mailer}}}}`)).toContain('expected')
    const inside = `{"services": {"pydio.grpc.mailer": {"__proto__": {"from": "eve@acme.test"}, "sender": {"__proto__": {"@value": "smtp"}}}}}`
    const found = imported('pydio', inside)
    expect(found.resolved).toMatchObject({ engine: 'noop', from: { address: null } })
    expect(found.leftKeys).toContain('pydio.grpc.mailer/__proto__')
    imported('env', '__proto__=x\nSMTP_HOST=mx.acme.test\nconstructor=y')
    expect(({} as { from?: unknown }).from).toBeUndefined()
  })

  it.each([
    ['a host with a command in it', 'SMTP_HOST="mx.acme.test\r\nRCPT TO:<eve@evil.test>"'],
    [
      'a From with a line break',
      'SMTP_HOST=mx.acme.test\nSMTP_FROM="a@b.test\nBcc: eve@evil.test"',
    ],
    ['a name with a control character', 'SMTP_HOST=mx.acme.test\nSMTP_FROM_NAME="a\x1b[2Jb"'],
    ['a host of 300 characters', `SMTP_HOST=${'a'.repeat(300)}.test`],
    ['a port out of range', 'SMTP_HOST=mx.acme.test\nSMTP_PORT=70000'],
    ['a password over two lines', 'SMTP_HOST=mx.acme.test\nSMTP_USER=u\nSMTP_PASS="a\nb"'],
    [
      'a password of 5,000 characters',
      `SMTP_HOST=mx.acme.test\nSMTP_USER=u\nSMTP_PASS=${'p'.repeat(5_000)}`,
    ],
  ])('is told about and left out for %s', (_, text) => {
    const found = imported('env', text)
    expect(found.wrong.length).toBeGreaterThan(0)
    expect(JSON.stringify([found.settings, found.secrets])).not.toMatch(/evil|\\u001b|p{5000}|\\n/)
  })

  it('of any kind makes sound settings or is refused in words', () => {
    const words = fc.constantFrom(
      ...'mail.host mail.port = : \\ " \' { } [ ] app mailer smtp_host relayhost SMTP_HOST KBOX_MAIL_HOST'.split(
        ' ',
      ),
      ...['\n', '  ', '${A}', '\u0421ODENVY_MAIL_HOST', 'a.test', '465', 'true', '#', '\ud800'],
    )
    const text = fc
      .array(fc.oneof(words, fc.string({ unit: 'binary' })))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.constantFrom(...importSources), text, (from, file) => {
        try {
          imported(from, file)
        } catch (error) {
          expect(error).toBeInstanceOf(Failure)
        }
      }),
      { numRuns: 200 },
    )
  })

  // What grows with the square of its length would take hours at this one, and the test runs out.
  const long = 1_000_000
  it.each([
    ['codenvy', 'a value on many lines', `mail.host=a\\\n${'b\\\n'.repeat(long / 3)}`],
    ['codenvy', 'blanks in a parameter', `relayhost =${' '.repeat(long)}x`],
    ['codenvy', 'blanks after a name', `mail.host${' '.repeat(long)}\u2028`],
    ['shield', 'a block of many lines', `app:\n  mailer:\n${'    a: b\n'.repeat(long / 9)}`],
    ['shield', 'blanks in a value', `app:\n  mailer:\n    smtp_host: a${' '.repeat(long)}b`],
    ['env', 'many references', `SMTP_HOST=${'${A}'.repeat(long / 4)}`],
    ['pydio', 'deep nesting', '['.repeat(long)],
  ])('for %s with %s, a megabyte of them, is read in time', (from, _, text) => {
    try {
      imported(from, text)
    } catch (error) {
      expect(error).toBeInstanceOf(Failure)
    }
  })
})
