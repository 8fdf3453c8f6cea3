import { describe, expect, it } from 'vitest'
import { imported, sampleFile } from './files.ts'

/** A config.yaml with these lines in app.mailer. */
function withMailer(...lines: readonly string[]): string {
  return ['app:', '  port: 8000', '  mailer:', ...lines.map((line) => `    ${line}`)].join('\n')
}

const server = ['smtp_host: smtp.acme.test', 'smtp_port: 587', 'smtp_insecure: false']

describe('the import from Shield and Frontier', () => {
  it('carries app.mailer of a config.yaml over', () => {
    const found = imported('shield', sampleFile('frontier.yaml'))
    expect(found.resolved).toMatchObject({
      engine: 'smtp',
      from: { address: 'login@acme.test', name: 'Acme Login' },
      smtp: { host: 'smtp.acme.test', port: 587, security: 'starttls', username: 'frontier' },
    })
    expect(found.secrets).toEqual({ 'smtp.password': `it's "quoted" # not a comment` })
  })

  it('knows that the policy "no" means mandatory and that insecure means unchecked', () => {
    const found = imported('shield', sampleFile('frontier.yaml'))
    expect(found.wrongKeys).toEqual(['app.mailer.smtp_tls_policy', 'app.mailer.smtp_insecure'])
    expect(found.resolved.smtp).toMatchObject({ security: 'starttls', verifyCertificate: false })
    expect(found.leftKeys).toEqual(['app.mailer.headers.x-team'])
  })

  it.each([
    ['', 'starttls', 0],
    ['smtp_tls_policy: Mandatory', 'starttls', 0],
    ['smtp_tls_policy: opportunistic', 'opportunistic', 0],
    ['smtp_tls_policy: NONE', 'none', 0],
    ['smtp_tls_policy: false', 'starttls', 1],
  ])('reads the policy %j', (line, security, faults) => {
    const found = imported('shield', withMailer(...server, line))
    expect(found.resolved.smtp.security).toBe(security)
    expect(found.wrong).toHaveLength(faults)
  })

  it('takes port 465 for TLS from the first byte, as its library did', () => {
    const text = withMailer('smtp_host: mx.acme.test', 'smtp_port: 465', 'smtp_tls_policy: none')
    expect(imported('shield', text).resolved.smtp).toMatchObject({ port: 465, security: 'tls' })
  })

  it('checks certificates where the key is missing, which there meant not to', () => {
    const found = imported('shield', withMailer('smtp_host: mx.acme.test'))
    expect(found.resolved.smtp.verifyCertificate).toBe(true)
    expect(found.wrongKeys).toEqual(['app.mailer.smtp_insecure'])
  })

  it.each(['smtp_host: smtp.example.com', 'smtp_host: ""', 'smtp_port: 587'])(
    'captures with %s, where Frontier only pretended to send',
    (line) => {
      const found = imported('shield', withMailer(line, 'smtp_username: u', 'smtp_password: p'))
      expect(found.resolved).toMatchObject({ engine: 'noop', smtp: { host: '', username: null } })
      expect(found.wrong[0]?.what).toContain('sends none')
      expect(found.secrets).toEqual({})
    },
  )

  it('reads the variables too', () => {
    const found = imported(
      'shield',
      'FRONTIER_APP_MAILER_SMTP_HOST=mx.acme.test\nFRONTIER_APP_MAILER_SMTP_PORT=587\nFRONTIER_APP_MAILER_SMTP_INSECURE=false\nFRONTIER_APP_MAILER_HEADERS_FROM=login@acme.test\nFRONTIER_DB_URL=x',
    )
    expect(found.resolved).toMatchObject({
      from: { address: 'login@acme.test' },
      smtp: { host: 'mx.acme.test', verifyCertificate: true },
    })
    expect(found.leftKeys).toEqual([])
  })
})
