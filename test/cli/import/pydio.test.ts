import { describe, expect, it } from 'vitest'
import { imported, sampleFile } from './files.ts'

const section = 'pydio.grpc.mailer'

/** A pydio.json with this mailer section. */
function withMailer(mailer: object): string {
  return JSON.stringify({ services: { 'pydio.grpc.mailer': mailer } })
}

function withSmtp(sender: object): string {
  return withMailer({ sender: { '@value': 'smtp', host: 'smtp.acme.test', ...sender } })
}

describe('the import from Pydio Cells', () => {
  it('carries the mailer of a pydio.json over', () => {
    const { resolved, secrets } = imported('pydio', sampleFile('pydio.json'))
    expect(resolved).toMatchObject({
      engine: 'smtp',
      from: { address: 'files@acme.test', name: 'Acme Files' },
      fromPolicy: 'onBehalf',
      smtp: {
        host: 'smtp.acme.test',
        port: 465,
        security: 'tls',
        username: 'files@acme.test',
        verifyCertificate: false,
        heloName: 'files.acme.test',
      },
    })
    expect(secrets).toEqual({ 'smtp.password': 's3cret-Pydio' })
  })

  it('mends port 465 with STARTTLS, which is what its form comes with', () => {
    const { wrong } = imported('pydio', sampleFile('pydio.json'))
    expect(wrong).toEqual([
      {
        key: `${section}/sender/connectionSecurity`,
        what: expect.stringContaining('465') as string,
        cure: 'smtp.security tls',
      },
    ])
  })

  it('never carries the sendmail program over', () => {
    const found = imported('pydio', sampleFile('pydio.json'))
    expect(found.leftKeys).toEqual(
      expect.arrayContaining(['defaults/sendmail', 'defaults/sendmailParams']),
    )
    expect(JSON.stringify(found.settings)).not.toContain('evil')
  })

  it('tells of every other key of the mailer', () => {
    const { leftKeys } = imported('pydio', sampleFile('pydio.json'))
    for (const key of ['disableCssInlining', 'queue', 'url', 'valid'])
      expect(leftKeys).toContain(`${section}/${key}`)
  })

  it.each([
    ['user', 'caller'],
    ['sender', 'onBehalf'],
    ['default', 'default'],
  ])('makes fromCtl %s the policy %s', (fromCtl, policy) => {
    const { resolved } = imported('pydio', withMailer({ from: 'a@acme.test', fromCtl, sender: {} }))
    expect(resolved.fromPolicy).toBe(policy)
  })

  it('leaves a policy out that needs a default address when there is none', () => {
    const found = imported('pydio', withMailer({ fromCtl: 'sender', sender: { '@value': 'noop' } }))
    expect(found.resolved.fromPolicy).toBe('caller')
    expect(found.wrongKeys).toContain(`${section}/fromCtl`)
  })

  it('says that its STARTTLS was never required', () => {
    const found = imported('pydio', withSmtp({ port: 587, connectionSecurity: 'starttls' }))
    expect(found.resolved.smtp).toMatchObject({ port: 587, security: 'starttls' })
    expect(found.wrong[0]?.what).toContain('unencrypted')
  })

  it('mends port 587 with TLS from the first byte', () => {
    const found = imported('pydio', withSmtp({ port: 587, connectionSecurity: 'ssl' }))
    expect(found.resolved.smtp).toMatchObject({ port: 587, security: 'starttls' })
    expect(found.wrong[0]?.what).toContain('wrong version number')
  })

  it('takes a port apart that was glued to the host', () => {
    const found = imported(
      'pydio',
      withSmtp({ host: 'smtp.acme.test:587', port: 'smtp.acme.test:587' }),
    )
    expect(found.resolved.smtp).toMatchObject({ host: 'smtp.acme.test', port: 587 })
    expect(found.wrongKeys).toContain(`${section}/sender/host`)
  })

  it('knows a name in the vault from a password', () => {
    const inVault = '3f1b7c1e-9d4f-4a0e-8f5e-0123456789ab'
    const found = imported('pydio', withSmtp({ user: 'ann', password: inVault, port: 587 }))
    expect(found.secrets).toEqual({})
    expect(found.resolved.smtp.username).toBe('ann')
    expect(found.leftKeys).toContain(`${section}/sender/password`)
    const old = imported('pydio', withSmtp({ user: 'ann', password: 'in the clear', port: 587 }))
    expect(old.secrets).toEqual({ 'smtp.password': 'in the clear' })
  })

  it('captures where the host is still the example', () => {
    const found = imported('pydio', withSmtp({ host: 'my.smtp.server', user: 'u', password: 'p' }))
    expect(found.resolved).toMatchObject({ engine: 'noop', smtp: { host: '', username: null } })
    expect(found.secrets).toEqual({})
    expect(found.leftKeys).toContain(`${section}/sender/user`)
  })

  it.each([
    [{ '@value': 'disabled' }, { engine: 'disabled' }],
    [
      { '@value': 'noop', dump: true },
      { engine: 'noop', noop: { mode: 'capture' } },
    ],
    [
      { '@value': 'noop', dump: false },
      { engine: 'noop', noop: { mode: 'discard' } },
    ],
    [{ '@value': 'sendmail', executable: '/bin/sh' }, { engine: 'sendmail' }],
    [{ '@value': 'carrier-pigeon' }, { engine: 'noop' }],
    [{}, { engine: 'noop' }],
  ])('reads the sender %j', (sender, settings) => {
    expect(imported('pydio', withMailer({ sender })).resolved).toMatchObject(settings)
  })

  it('keeps the key of SendGrid as a secret', () => {
    const found = imported(
      'pydio',
      withMailer({ sender: { '@value': 'sendgrid', apiKey: 'SG.x' } }),
    )
    expect(found.resolved.engine).toBe('sendgrid')
    expect(found.secrets).toEqual({ 'sendgrid.apiKey': 'SG.x' })
    expect(JSON.stringify([found.settings, found.understood])).not.toContain('SG.x')
  })
})
