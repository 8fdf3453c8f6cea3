import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clockOf, systemClock } from '../../mail/clock.ts'
import { startPosternHere, type TestPostern } from '../console/postern.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'
import { noDovecot, startDovecot, type Dovecot } from '../remote/dovecot.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'

const slow = { timeout: 60_000 }

describe.skipIf(noDovecot)(
  `a mailbox of returned email${noDovecot ? ` (${noDovecot})` : ''}`,
  () => {
    it(
      'is read as email comes: reports count once and are marked, the rest stays and is shown',
      slow,
      async () => {
        const dovecot = await startDovecot()
        const { postern, reportOn, directory } = await open(dovecot)
        const email = await postern.send('gone@there.test')
        await dovecot.deliver('Subject: Lunch?\r\n\r\nAt noon.\r\n')
        await dovecot.deliver(reportOn(email, 'Undelivered'))
        await expect.poll(() => postern.stateOf(email.id), patiently).toBe('bounced')
        await expect.poll(() => postern.kept(), patiently).toEqual(['Lunch?'])
        await expect
          .poll(() => dovecot.list(), patiently)
          .toEqual([
            ['Lunch?', true],
            ['Undelivered', false],
          ])
        expect(await postern.api('GET', '/v1/suppressions')).toMatchObject({
          data: [{ address: 'gone@there.test', causes: [{ reason: 'bounce', by: 'returned' }] }],
        })

        // A crash before the position was written: both come again, and nothing else becomes of it.
        await postern.stop()
        const position = join(directory, 'mailbox.json')
        const { of } = JSON.parse(readFileSync(position, 'utf8')) as { of: string }
        writeFileSync(position, JSON.stringify({ of, lastUid: 0 }))
        const again = await open(dovecot, { directory })
        const late = await again.postern.send('late@there.test')
        await dovecot.deliver(reportOn(late, 'Undelivered too'))
        await expect.poll(() => again.postern.stateOf(late.id), patiently).toBe('bounced')
        expect(await again.postern.kept()).toEqual(['Lunch?'])
        const { timeline } = await again.postern.api<{ timeline: { what: string }[] }>(
          'GET',
          `/v1/emails/${email.id}`,
        )
        expect(timeline.filter(({ what }) => what === 'bounced')).toHaveLength(1)
      },
    )

    it(
      'has understood reports moved away where a folder for them is named, and deletes nothing',
      slow,
      async () => {
        const dovecot = await startDovecot()
        const { postern, reportOn } = await open(dovecot, { imap: { moveTo: 'Reports' } })
        const email = await postern.send('gone@there.test')
        await dovecot.deliver(reportOn(email, 'Undelivered'))
        await expect
          .poll(() => dovecot.list('Reports').catch(() => []), patiently)
          .toEqual([['Undelivered', false]])
        expect(await dovecot.list()).toEqual([])
      },
    )

    it.each<[string, object, RegExp]>([
      ['a wrong password', { password: 'wrong' }, /the login is refused: /],
      [
        'a certificate that no one knows',
        { imap: { ca: null } },
        /its certificate is not accepted: /,
      ],
      ['a folder that is not there', { imap: { folder: 'Nowhere' } }, /the folder Nowhere cannot/],
    ])('says of %s what is wrong, until it is corrected', slow, async (_, wrong, words) => {
      const dovecot = await startDovecot()
      const { postern, save } = await open(dovecot, wrong)
      const trouble = async () =>
        (await postern.api<{ mailbox?: string }>('GET', '/v1/health')).mailbox
      await expect.poll(trouble, patiently).toMatch(words)
      const { findings } = await postern.api<{ findings: unknown[] }>('GET', '/v1/doctor')
      expect(findings).toContainEqual(expect.objectContaining({ code: 'mailbox.trouble' }))
      await save({})
      await expect.poll(trouble, patiently).toBeUndefined()
    })

    it('is read again when its server is back', slow, async () => {
      const dovecot = await startDovecot()
      const { postern, reportOn } = await open(dovecot)
      const email = await postern.send('gone@there.test')
      const trouble = async () =>
        (await postern.api<{ mailbox?: string }>('GET', '/v1/health')).mailbox
      await dovecot.stop()
      await expect.poll(trouble, patiently).toBeDefined()
      await dovecot.start()
      await dovecot.deliver(reportOn(email, 'Undelivered'))
      await expect.poll(() => postern.stateOf(email.id), patiently).toBe('bounced')
      expect(await trouble()).toBeUndefined()
    })
  },
)

const patiently = { timeout: 40_000 }

interface Opening {
  readonly directory?: string
  readonly imap?: object
  readonly password?: string
}

/** A Postern that sends by a relay, and reads what comes back to the mailbox. */
async function open(dovecot: Dovecot, opening: Opening = {}) {
  const directory = opening.directory ?? temporaryDirectory()
  const relay = await startSmtpServer({})
  onTestFinished(() => relay.close())
  const postern = await startPosternHere({ directory, clock: hastyClock })
  const save = async ({ imap, password = dovecot.password }: Opening) => {
    const { version } = await postern.api<{ version: string }>('GET', '/v1/settings')
    const { port, ca, user: username } = dovecot
    const settings = {
      engine: 'smtp',
      smtp: { host: '127.0.0.1', port: relay.port, security: 'none' },
      feedback: { imap: { host: 'localhost', port, ca, username, ...imap } },
    }
    const secrets = { 'feedback.imap.password': password }
    await postern.api('PUT', '/v1/settings', { settings, secrets, version })
  }
  await save(opening)
  return { directory, save, postern: { ...postern, ...deeds(postern, relay) }, reportOn }
}

interface Sent {
  readonly id: string
  readonly to: string
  readonly seal: string
}

function deeds({ api }: TestPostern, relay: { emails: readonly { content: Buffer }[] }) {
  const stateOf = async (id: string) =>
    (await api<{ state: string }>('GET', `/v1/emails/${id}`)).state
  return {
    stateOf,
    async send(to: string): Promise<Sent> {
      const email = { from: 'a@own.test', to, subject: 'An order', text: 'Hello' }
      const { id } = await api<{ id: string }>('POST', '/emails', email)
      await expect.poll(() => stateOf(id), patiently).toBe('sent')
      const [seal = ''] = /^X-Postern-Id: .*$/m.exec(relay.emails.at(-1)!.content.toString()) ?? []
      return { id, to, seal: seal.trim() }
    },
    async kept(): Promise<string[]> {
      const { data } = await api<{ data: { subject: string }[] }>('GET', '/v1/feedback/mail')
      return data.map(({ subject }) => subject)
    },
  }
}

/** What a relay writes that put its own account in place of our envelope sender (RFC 3464). */
function reportOn({ to, seal }: Sent, subject: string): string {
  const parts = [
    ['text/plain', 'Sorry.'],
    [
      'message/delivery-status',
      `Reporting-MTA: dns;relay.test\r\n\r\nFinal-Recipient: rfc822;${to}\r\nAction: failed\r\nStatus: 5.1.1`,
    ],
    ['text/rfc822-headers', `${seal}\r\nSubject: An order`],
  ]
  const body = parts.map(([type, text]) => `--b\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`)
  const head = `From: MAILER-DAEMON@relay.test\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n`
  return `${head}${body.join('')}--b--\r\n`
}

/** Runs ten times as fast, so that no test waits for half a minute. */
const speed = 10
const startedAt = systemClock.now()
const now = () => startedAt + (systemClock.now() - startedAt) * speed
const hastyClock = clockOf({
  now,
  at: (time, call) => systemClock.at(systemClock.now() + (time - now()) / speed, call),
})
