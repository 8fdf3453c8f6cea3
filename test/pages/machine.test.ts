import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '../../bench/free-port.ts'
import { startTokenEndpoint } from '../remote/token-endpoint.ts'
import { smtpProvider } from './smtp-provider.ts'
import { everyPage, patience } from './walked.ts'
import { startAndStop, typed, walk } from './walk.ts'

vi.setConfig({ testTimeout: patience })

const pem = (name: string) => readFileSync(resolve('test/data/tls', name), 'utf8')

/** Of a server that was stopped by the page itself, nothing is left to stop. */
const stop =
  'kill -TERM -$SERVER 2>/dev/null || true; while kill -0 -$SERVER 2>/dev/null; do sleep 0.1; done'
const start = `POSTERN_PORT=0 POSTERN_SMTP_PORT=off ${startAndStop}`

describe('the commands of one machine', () => {
  it('in docs/health.md say that mail works', async () => {
    expect(await walk('docs/health.md')).toMatch(/mail works\tyes[^]*"status":"ok"/)
  })

  if (!everyPage) return

  it('in docs/one-machine.md install, serve behind a proxy, back up and upgrade', async () => {
    const out = await walk('docs/one-machine.md', {
      instead: {
        'git clone https://example.com/your/postern.git': 'ln -s "$PWD"',
        'git pull && npm ci': 'true',
        'npm ci': 'true',
        '/opt/postern': '"$HOME/opt"',
        '/usr/local/bin/postern': '"$HOME/postern"',
        'postern start\n': `POSTERN_DATA=.proxied ${start}\n`,
        'systemctl stop postern': stop,
        'systemctl start postern': start,
        '/var/lib/postern': '"$POSTERN_DATA"',
        '/var/backups/postern.tar.gz': '"$HOME/backup.tar.gz"',
        '-czf': '-czvf',
      },
      notHere: { 'service install': 'makes a user and a service of the machine' },
    })
    expect(out).toContain('POSTERN_API_KEY')
    expect(out).toContain('./postern.sqlite')
    expect(out.match(/ready at/g)).toHaveLength(3)
  })

  it('in docs/returned-mail.md and docs/suppressions.md set, add, list and import', async () => {
    await walk('docs/returned-mail.md')
    await walk('docs/suppressions.md', { files: { 'bounces.csv': 'email\nfull@example.com\n' } })
  })

  it('in docs/guardian.md list the senders, and resume one', async () => {
    // No sender is held here, which is what the command says.
    const instead = { 'resume news.example.com': 'resume news.example.com 2>&1 || [ $? = 1 ]' }
    expect(await walk('docs/guardian.md', { instead })).toMatch(
      /nothing was sent lately\n[^]*is not held/,
    )
  })

  it('in docs/events.md list events, and follow them', async () => {
    const email = '{"from":"me@example.com","to":"you@example.com","subject":"Hi","text":"x"}'
    const id = `$(curl -s $POSTERN_URL/emails -d '${email}' | node -p 'JSON.parse(fs.readFileSync(0)).id')`
    const out = await walk('docs/events.md', {
      env: { KEY: 're_any' },
      instead: {
        '019ad0f2-6c5a-7c3e-9b1f-0d9b7a4c2e11': id,
        // It ends with its reader alone.
        'events -f': 'events -f || [ $? = 124 ]',
        'postern events -f': 'timeout 2 postern events -f',
      },
    })
    expect(out).toMatch(/^{"data":\[\],"has_more":false,"cursor":null}no events\n/)
  })

  it('in docs/uploads.md upload an attachment, and send it', async () => {
    const answer = (field: string) => `$(node -p "JSON.parse(fs.readFileSync('answer')).${field}")`
    const out = await walk('docs/uploads.md', {
      env: { POSTERN_API_KEY: 're_any' },
      instead: {
        '18302211,"content_type":"application/pdf"}\'':
          '8,"content_type":"application/pdf"}\' | tee answer',
        'URL=…': `URL=${answer('url')}`,
        '01980000-0000-7000-8000-000000000000': `'${answer('id')}'`,
      },
      files: { 'report.pdf': '%PDF-1.4' },
    })
    // What is taken of the bytes, and then of the email that names them.
    expect(out).toMatch(/"size":8}\s*{"id":"[\da-f-]{36}"}\s*$/)
  })

  it('in docs/smtp-submission.md send with swaks', async () => {
    const port = String(await freePort())
    await walk('docs/smtp-submission.md', {
      env: { POSTERN_SMTP_PORT: port, POSTERN_API_KEY: 're_any' },
      instead: {
        '127.0.0.1:1025': `127.0.0.1:${port}`,
        // The same without a certificate: test/end-to-end/smtp-submission.test.ts has one.
        'mail.example.com:1025 --tls': `127.0.0.1:${port}`,
      },
    })
  })

  it('in docs/engines/smtp-oauth2.md log in with tokens, of three kinds', async () => {
    const tokens = await startTokenEndpoint({
      key: pem('localhost.key'),
      cert: pem('localhost.pem'),
    })
    const provider = await smtpProvider(typed, tokens.tokens)
    onTestFinished(async () => {
      await tokens.close()
      await provider.close()
    })
    const endpoint = `smtp.oauth2.tokenEndpoint=${tokens.url.replace('127.0.0.1', 'localhost')}`
    const here = `smtp.preset=null smtp.host=localhost smtp.port=${provider.port} ${endpoint}`
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const account = {
      client_email: 'app@project.iam.example',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    }
    await walk('docs/engines/smtp-oauth2.md', {
      env: { NODE_EXTRA_CA_CERTS: resolve('test/data/tls/ca.pem') },
      instead: {
        'smtp.preset=microsoft-365': `${here} smtp.oauth2.scope=x`,
        'smtp.preset=gmail': here,
        '<tenant id>': 'a-directory',
        '<client id>': 'a-client',
        // Two secrets are asked for at a terminal: test/cli/settings.test.ts types them.
        'smtp.oauth2.clientSecret smtp.oauth2.refreshToken':
          'smtp.oauth2.grant=refreshToken smtp.oauth2.refreshToken',
      },
      files: { 'key.json': JSON.stringify(account) },
    })
    const grants = new Set(tokens.requests.map((request) => request.get('grant_type')))
    expect([...grants]).toEqual([
      'client_credentials',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ])
  })
})
