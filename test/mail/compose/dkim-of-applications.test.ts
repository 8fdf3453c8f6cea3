import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readRawRequest } from '../../../mail/request/raw-request.ts'
import { latin1, parcelOf, settingsOf } from './composing.ts'
import { askPython, hasPythonDkim } from './python-dkim.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const record = `v=DKIM1; k=rsa; p=${createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')}`
const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()

const program = `
import base64, dkim, json, sys
asked = json.load(sys.stdin)
def dns(name, timeout=5):
    return asked['record'].encode() if name == b's1._domainkey.caller.test.' else None
answers = []
for one in asked['emails']:
    data = base64.b64decode(one['email'])
    if asked['do'] == 'sign':
        canon = tuple(part.encode() for part in one['canon'].split('/'))
        names = [name.encode() for name in one['names']]
        sig = dkim.sign(data, b's1', b'caller.test', asked['pem'].encode(), canonicalize=canon, include_headers=names)
        answers.append(base64.b64encode(sig + data).decode())
    else:
        answers.append(dkim.verify(data, dnsfunc=dns))
print(json.dumps(answers))
`

interface Case {
  readonly email: string
  readonly canon: string
  readonly names: readonly string[]
}

function ask<T>(what: 'sign' | 'verify', emails: readonly (Case | { email: string })[]): T[] {
  const coded = emails.map((one) => ({
    ...one,
    email: Buffer.from(one.email, 'latin1').toString('base64'),
  }))
  return askPython<T[]>(program, { do: what, record, pem, emails: coded })
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

const usual = ['Date: Thu, 01 Jan 2026 00:00:00 +0000', 'Message-ID: <a.1@caller.test>']

const headers: readonly (readonly string[])[] = [
  ['From: ann@caller.test', ...usual, 'Subject: plain'],
  ['from:ann@caller.test', ...usual, 'subject:no blank'],
  ['From: "Ann \\"B\\"" <ann@caller.test> (Sales)', ...usual, 'Subject:  two  blanks '],
  ['From: Ann <ann@caller.test>,\r\n  Carol <c@caller.test>', 'Sender: ann@caller.test', ...usual],
  ['From: =?ISO-2022-JP?B?GyRCM3Q8MBsoQg==?= <ann@caller.test>', ...usual, 'Subject: jp'],
  ['From: =?x-odd?q?=C3?= <ann@caller.test>', ...usual, 'Reply-To: "A" <a@caller.test>, b@c.test'],
  [utf8('From: Größe <ann@caller.test>'), ...usual, utf8('Subject: ü')],
  ['From: ann@caller.test', ...usual, 'Subject: folded\r\n\tagain\r\n and again', 'Cc: x@y.test'],
  ['Received: from a by b', 'Received: from b by c', 'From: ann@caller.test', ...usual],
  ['From: ann@caller.test', 'To: list@there.test', 'List-Id: <l.there.test>', ...usual],
]

const bodies = [
  'hello\r\n',
  `MIME? no: ${utf8('Grüße')} \t \r\n\r\n.\r\n..\r\nFrom here\r\n\r\n\r\n`,
  '',
]

const cases: Case[] = headers.flatMap((header, at) =>
  bodies.map((body, index) => ({
    email: `${header.join('\r\n')}\r\n\r\n${body}`,
    canon: ['relaxed/relaxed', 'simple/simple', 'relaxed/simple'][(at + index) % 3]!,
    names: [
      ...['from', 'sender', 'reply-to', 'subject', 'date', 'message-id', 'to', 'cc'].filter(
        (name) => header.some((line) => line.toLowerCase().startsWith(`${name}:`)),
      ),
      // Signed as absent: adding one of these would break it.
      ...(index === 0 ? ['from', 'subject', 'x-mailer'] : []),
    ],
  })),
)

async function through(email: string, settings = settingsOf()): Promise<string> {
  const envelope = { from: 'ann@caller.test', to: ['bob@there.test'] }
  const read = readRawRequest(Buffer.from(email, 'latin1'), envelope)
  if ('faults' in read) throw new Error(JSON.stringify(read.faults))
  return latin1(await parcelOf(read.request, settings).composed())
}

describe.skipIf(!hasPythonDkim)('30 emails that an application signed', () => {
  it('are verified by python3-dkim before Postern and after it', async () => {
    const signed = ask<string>('sign', cases).map((one) =>
      Buffer.from(one, 'base64').toString('latin1'),
    )
    expect(signed).toHaveLength(30)
    expect(
      ask(
        'verify',
        signed.map((email) => ({ email })),
      ),
    ).toEqual(Array(30).fill(true))
    const left = await Promise.all(signed.map((email) => through(email)))
    expect(
      ask(
        'verify',
        left.map((email) => ({ email })),
      ),
    ).toEqual(Array(30).fill(true))
  }, 60_000)

  it('leave unsigned where the policy changes what is signed', async () => {
    const own = { from: { address: 'no-reply@own.test' }, fromPolicy: 'default' } as const
    const signed = ask<string>('sign', cases).map((one) =>
      Buffer.from(one, 'base64').toString('latin1'),
    )
    for (const email of signed)
      expect(await through(email, settingsOf(own))).not.toMatch(/^dkim-signature/im)
  }, 60_000)
})
