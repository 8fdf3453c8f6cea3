import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { fakeMailgun, mailgunDomain } from '../remote/fake-mailgun.ts'
import { fakePostmark } from '../remote/fake-postmark.ts'
import { fakeResend } from '../remote/fake-resend.ts'
import { fakeSendGrid } from '../remote/fake-sendgrid.ts'
import { fakeSendmail } from '../remote/fake-sendmail.ts'
import { fakeSes } from '../remote/fake-ses.ts'
import { smtpProvider } from './smtp-provider.ts'
import { everyPage, patience } from './walked.ts'
import { startAndStop, typed, walk, type Walk } from './walk.ts'

vi.setConfig({ testTimeout: patience })

/*
 * What a newcomer does: the commands of a page as they are printed, in their order, in a clone.
 * What is not ours stands in at the wire: a mail server, the APIs of providers. `npm run pages` walks
 * all of them; otherwise only one page of each kind is walked.
 */

/** A mail server with a certificate that Postern trusts, at the name of the page. */
async function atProvider(printed: string) {
  const provider = await smtpProvider(typed)
  onTestFinished(() => provider.close())
  const env = { NODE_EXTRA_CA_CERTS: resolve('test/data/tls/ca.pem') }
  const instead = { [`smtp.host=${printed}`]: `smtp.host=localhost smtp.port=${provider.port}` }
  return { provider, walk: { env, instead } satisfies Walk }
}

/** The engine of a provider, whose API is here. */
async function atApi<Remote extends { server: { url: string; close(): Promise<void> } }>(
  engine: string,
  start: () => Promise<Remote>,
) {
  const remote = await start()
  onTestFinished(() => remote.server.close())
  const env = { POSTERN_API_URLS: JSON.stringify({ [engine]: remote.server.url }) }
  return { remote, env }
}

/** Only in the long form; it is no skip otherwise. */
const ofAll: typeof it | typeof nothing = everyPage ? it : nothing

function nothing(_name: string, _test: () => Promise<void>) {}

describe('the commands that are printed', () => {
  it('in README.md start, send, wait for the next email, and send for real', async () => {
    const { provider, walk: server } = await atProvider('smtp.example.com')
    await walk('README.md', {
      ...server,
      // A domain that is real would be another.
      instead: { ...server.instead, 'postern doctor': 'postern doctor || [ $? = 1 ]' },
      notHere: {
        'npm ci && npm start': 'the walk has done it',
        'npx cdk': 'test/end-to-end/deploy.test.ts deploys',
      },
      files: {
        'your-app.js': `import { Resend } from 'resend'
          const { error } = await new Resend().emails.send({ from: 'me@example.com',
            to: 'you@example.com', subject: 'By the SDK', text: 'x' })
          if (error) throw new Error(error.message)`,
      },
    })
    expect(provider.emails).toEqual([expect.stringMatching(/^From: .*no-reply@example\.com/m)])
  })

  ofAll('in docs/checks.md check a capture', async () => {
    const out = await walk('docs/checks.md')
    expect(out).toMatch(/^note dkim\.missing: /m)
  })

  ofAll('in docs/audit.md see who changed what', async () => {
    await walk('docs/audit.md')
  })

  ofAll('in docs/personal-data.md find and erase a person', async () => {
    await walk('docs/personal-data.md')
  })

  ofAll('in docs/templates.md begin, check, and keep one over the API', async () => {
    const out = await walk('docs/templates.md')
    expect(out).toContain('"alias":"greeting"')
  })

  ofAll('in docs/engines/noop.md capture, wait and lock', async () => {
    const out = await walk('docs/engines/noop.md', {
      instead: {
        'postern start': `POSTERN_DATA=.locked ${startAndStop}`,
      },
    })
    expect(out).toContain('481516')
  })

  it('in docs/engines/smtp.md send, with DKIM', async () => {
    const { provider, walk: server } = await atProvider('smtp.example.com')
    await walk('docs/engines/smtp.md', {
      ...server,
      notHere: { 'smtp.preset=gmail': 'the provider itself' },
      files: { 'ca.pem': readFileSync('test/data/tls/ca.pem', 'utf8') },
    })
    expect(provider.emails).toHaveLength(1)
  })

  ofAll('in docs/engines/sendmail.md send', async () => {
    const program = fakeSendmail()
    onTestFinished(() => program.close())
    await walk('docs/engines/sendmail.md', {
      env: { POSTERN_SENDMAIL: program.path },
      instead: { '/usr/sbin/sendmail': program.path },
    })
    expect(program.runs).toHaveLength(2)
  })

  it('in docs/engines/sendgrid.md send', async () => {
    const { remote, env } = await atApi('sendgrid', fakeSendGrid)
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    await walk('docs/engines/sendgrid.md', {
      env,
      instead: { 'MFkw…': key },
      notHere: {
        'feedback setup sendgrid': 'test/cli/sendgrid-setup.test.ts has its event webhook',
      },
    })
    expect(remote.mails).toHaveLength(1)
  })

  ofAll('in docs/engines/resend.md send', async () => {
    const { remote, env } = await atApi('resend', fakeResend)
    await walk('docs/engines/resend.md', { env })
    expect(remote.mails).toHaveLength(1)
  })

  ofAll('in docs/engines/postmark.md send', async () => {
    const { remote, env } = await atApi('postmark', fakePostmark)
    await walk('docs/engines/postmark.md', { env })
    expect(remote.mails).toHaveLength(1)
  })

  ofAll('in docs/engines/mailgun.md send', async () => {
    const { remote, env } = await atApi('mailgun', fakeMailgun)
    const instead = { 'mg.example.com': mailgunDomain }
    await walk('docs/engines/mailgun.md', { env, instead })
    expect(remote.mails).toHaveLength(1)
  })

  it('in docs/engines/ses.md send', async () => {
    const ses = await fakeSes()
    onTestFinished(() => ses.server.close())
    ses.identities.set('example.com', true)
    const env = {
      AWS_ENDPOINT_URL_SESV2: ses.server.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'an-id',
      AWS_SECRET_ACCESS_KEY: 'a-secret',
    }
    await walk('docs/engines/ses.md', { env })
    expect(ses.mails).toHaveLength(1)
  })

  it('in docs/keys.md make, list and revoke keys, and get back in', async () => {
    const last = `"$(postern keys list --json | node -p 'JSON.parse(fs.readFileSync(0)).data[0].id')"`
    const stop = 'kill -TERM -$SERVER; while kill -0 -$SERVER 2>/dev/null; do sleep 0.1; done; '
    await walk('docs/keys.md', {
      instead: {
        '<id>': last,
        'postern keys create me --data .postern': `${stop}postern keys create me --data "$POSTERN_DATA"`,
      },
    })
  })

  it('in docs/import.md show and save what other systems had', async () => {
    const { provider, walk: server } = await atProvider('smtp.example.com')
    const relay = `[localhost]:${provider.port}`
    await walk('docs/import.md', {
      env: server.env,
      files: {
        'pydio.json': pydioAt(provider.port),
        'main.cf': `relayhost = ${relay}\nsmtp_sasl_auth_enable = yes\nsmtp_tls_security_level = verify\n`,
        sasl_passwd: `${relay} me:${typed}\n`,
      },
    })
  })
})

/** With a login whose password is in Pydio's vault. */
function pydioAt(port: number): string {
  const password = '0199f7a1-2b3c-7d4e-8f50-61728394a5b6'
  const sender = { '@value': 'smtp', host: 'localhost', port: `${port}`, user: 'me', password }
  const mailer = {
    from: 'no-reply@example.com',
    sender: { ...sender, connectionSecurity: 'starttls' },
  }
  return JSON.stringify({ services: { 'pydio.grpc.mailer': mailer } })
}
