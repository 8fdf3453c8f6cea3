import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { signDkim } from '../../../mail/compose/dkim.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { jobOf } from '../../../mail/email/job.ts'
import { asking, emailRequest, openPostern } from '../../open-postern.ts'
import { startSmtpServer } from '../../remote/smtp-server.ts'
import { bytesOf, plainBody, rawBytesOf } from './composing.ts'
import { askPython, hasPythonDkim } from './python-dkim.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
const record = `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`

const verifier = `
import base64, dkim, json, sys
asked = json.load(sys.stdin)
def dns(name, timeout=5):
    return asked['record'].encode() if name == b's2026._domainkey.own.test.' else None
print(json.dumps([dkim.verify(base64.b64decode(one), dnsfunc=dns) for one in asked['emails']]))
`

/** What python3-dkim says to each email. */
function verdicts(emails: readonly string[]): boolean[] {
  const base64 = emails.map((email) => Buffer.from(email, 'latin1').toString('base64'))
  return askPython<boolean[]>(verifier, { record, emails: base64 })
}

async function signed(bytes: Uint8Array): Promise<string> {
  const identity = { domain: 'own.test', selector: 's2026', privateKey }
  return Buffer.from(await signDkim(bytes, identity)).toString('latin1')
}

const attachments = [
  { filename: 'Größe.pdf', content: Buffer.alloc(5_000, 7).toString('base64') },
  { filename: 'a.txt', content: 'YQ==' },
]

const bodies: object[] = [
  {},
  { text: '' },
  { text: ' ' },
  { text: '\n\n\n' },
  { text: 'trailing blanks  \t\n \t \n\n' },
  { text: '.\n..\n.hidden' },
  { text: 'Größe, 日本語, 🎉' },
  { text: 'x'.repeat(5_000) },
  { text: '語'.repeat(2_000) },
  { html: '<p>Hello</p>' },
  { html: '<p>Größe</p>', text: '' },
  { html: '<table><tr><td>a</td></tr></table>', attachments },
  { attachments },
  { subject: 'Größe und mehr als auf eine Zeile passt, und noch etwas mehr davon' },
  { subject: '=?utf-8?q?a?=' },
  { subject: 'double  blanks   and\ttabs' },
  { cc: ['Dörte <dora@there.test>', 'carl@there.test'] },
  { reply_to: ['help@own.test', 'more@own.test'] },
  { to: Array.from({ length: 40 }, (_, n) => `Recipient ${n} <r${n}@there.test>`) },
  { headers: { 'List-Unsubscribe': '<https://own.test/u>', 'X-Ref': 'réf' } },
  { headers: { 'In-Reply-To': '<a@b.cd>', References: '<a@b.cd> <c@d.ef>' } },
  { scheduled_at: '2026-01-01T00:00:10Z' },
]

const raws = [
  'Subject: x\r\n\r\ntext',
  'SUBJECT:  many   blanks\t and\r\n\t folds  \r\n\r\n leading,  inner  \t \r\n\r\n',
  'Subject: x\r\n\r\n',
  'Subject: x\r\n\r\n\r\n\r\n\r\n',
  'Subject: x\r\n\r\nno line end',
  'Subject: Gr\xc3\xb6\xc3\x9fe\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xc3\xb6',
  'Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xf6',
  'To: a@b.cd,\r\n  c@d.ef\r\nCc: e@f.gh\r\nReply-To: i@j.kl\r\n\r\ntext',
  'X-Empty:\r\nSubject:\r\n\r\ntext',
  'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\nepilogue\r\n',
]

describe.skipIf(!hasPythonDkim)('python3-dkim', () => {
  it('verifies 30 odd emails that Postern signed, and none of them with a field added', async () => {
    const emails = [
      ...(await Promise.all(bodies.map((body) => bytesOf({ ...plainBody, ...body })))),
      ...(await Promise.all(
        raws.map(async (mime) => Buffer.from(await rawBytesOf(mime), 'latin1')),
      )),
    ]
    expect(emails.length).toBeGreaterThanOrEqual(30)
    const all = await Promise.all(emails.map(signed))
    expect(verdicts(all)).toEqual(all.map(() => true))
    for (const name of ['From', 'Subject', 'To', 'Cc', 'Reply-To', 'Content-Type']) {
      const changed = all.map((email) =>
        email.replace(/\r\n(?=X-Postern-Id: )/, `\r\n${name}: eve@evil.test\r\n`),
      )
      expect(verdicts(changed)).toEqual(all.map(() => false))
    }
  })

  it('verifies what was sent with a link to unsubscribe, and not with another link or without', async () => {
    const email = await sentToList()
    const link = /^List-Unsubscribe: <https:\/\/mail\.own\.test\/u\/[\w.-]+>\r\n/m
    const oneClick = /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n/m
    expect(email).toMatch(link)
    expect(email).toMatch(oneClick)
    const changed = [
      email.replace('https://mail.own.test/u/', 'https://evil.test/u/'),
      email.replace(link, ''),
      email.replace(oneClick, ''),
      email.replace(oneClick, 'List-Unsubscribe-Post: x\r\n'),
    ]
    expect(verdicts([email, ...changed])).toEqual([true, false, false, false, false])
  })
})

/** An email to a list, as an SMTP server got it. */
async function sentToList(): Promise<string> {
  const server = await startSmtpServer()
  const test = await openPostern()
  const { postern, backend } = test
  onTestFinished(async () => {
    await test.close()
    await server.close()
  })
  const smtp = { host: '127.0.0.1', port: server.port, security: 'none' }
  const dkim = { domain: 'own.test', selector: 's2026' }
  const unsubscribe = { baseUrl: 'https://mail.own.test', lists: {} }
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const { version } = await backend.settings.read()
  const from = { address: 'news@own.test' }
  const settings = { engine: 'smtp', from, smtp, dkim, unsubscribe }
  await backend.settings.write(settings, { 'dkim.privateKey': pem }, version)
  await postern.inForce.refresh()
  const by = { owner: 'local', project: 'default', scope: '*', capture: false }
  const request = emailRequest({ from, list: 'news' })
  const accepted = await accept(postern, asking(request), by)
  if (accepted.kind !== 'accepted') throw new Error(JSON.stringify(accepted))
  await deliver(postern, jobOf((await postern.emails.get(accepted.id, '*'))!))
  return Buffer.from(server.emails[0]!.content).toString('latin1')
}
