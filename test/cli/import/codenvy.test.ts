import { describe, expect, it } from 'vitest'
import { imported, sampleFile } from './files.ts'

describe('the import from Codenvy', () => {
  it('reads che.mail properties, and connects where the socket factory did', () => {
    const found = imported('codenvy', sampleFile('codenvy.properties'))
    expect(found.resolved).toMatchObject({
      engine: 'smtp',
      from: { address: 'noreply@acme.test' },
      smtp: { host: 'smtp.acme.test', port: 465, security: 'tls', username: 'codenvy' },
    })
    expect(found.secrets).toEqual({ 'smtp.password': 'pa$$:w=rd' })
    expect(found.wrongKeys).toEqual(['che.mail.port', 'che.mail.smtp.socketFactory.fallback'])
    expect(found.leftKeys).toEqual(['workspace.email.created.enabled'])
  })

  it('reads codenvy.env, with the Cyrillic letter of the manual in a name', () => {
    const found = imported('codenvy', sampleFile('codenvy.env'))
    expect(found.resolved.smtp).toMatchObject({ host: 'smtp.acme.test', port: 587 })
    expect(found.secrets).toEqual({ 'smtp.password': 'back\\slash=and#hash' })
    expect(found.wrong[0]).toMatchObject({
      key: '{U+0421}ODENVY_MAIL_HOST',
      cure: 'read as CODENVY_MAIL_HOST',
    })
  })

  it('mends port 587 with SSL and leaves the address that Codenvy came with', () => {
    const found = imported('codenvy', sampleFile('codenvy.env'))
    expect(found.resolved.smtp.security).toBe('starttls')
    expect(found.resolved.from.address).toBeNull()
    expect(found.wrongKeys).toEqual(
      expect.arrayContaining(['CODENVY_MAIL_USE_SSL', 'CODENVY_EMAIL_FROM']),
    )
    expect(found.leftKeys).toEqual(['CODENVY_EMAIL_TO', 'CODENVY_USER_MAIL_BLACKLIST'])
  })

  it('speaks to the relayhost of its Postfix, with the login meant for it', () => {
    const found = imported('codenvy', sampleFile('codenvy-postfix.properties'))
    expect(found.resolved).toMatchObject({
      from: { address: 'codenvy@acme.test' },
      smtp: { host: 'smtp.relay.test', port: 587, security: 'starttls', username: 'apikey' },
    })
    expect(found.secrets).toEqual({ 'smtp.password': 'SG.one:two' })
    expect(found.leftKeys).toEqual(
      expect.arrayContaining(['mail.host', 'mail.port', 'smtp_tls_CAfile']),
    )
    expect(found.wrongKeys).toEqual(['smtp_tls_security_level'])
  })

  it('captures where the host is still the example', () => {
    const found = imported(
      'codenvy',
      'mail.host=smtp.example.com\nmail.smtp.auth=true\nmail.smtp.auth.username=smtp_username\nmail.smtp.auth.password=smtp_password\n',
    )
    expect(found.resolved).toMatchObject({ engine: 'noop', smtp: { host: '' } })
    expect(found.secrets).toEqual({})
  })

  it('does not log in when mail.smtp.auth is false', () => {
    const found = imported(
      'codenvy',
      'mail.host=mx.acme.test\nmail.port=25\nmail.smtp.auth=false\nmail.smtp.auth.username=u\nmail.smtp.auth.password=p',
    )
    expect(found.resolved.smtp).toMatchObject({
      port: 25,
      security: 'opportunistic',
      username: null,
    })
    expect(found.secrets).toEqual({})
    expect(found.leftKeys).toEqual(['mail.smtp.auth.username', 'mail.smtp.auth.password'])
  })

  it('keeps a password from the network that nothing encrypted', () => {
    const found = imported(
      'codenvy',
      'mail.host=mx.acme.test\nmail.port=2525\nmail.smtp.auth=true\nmail.smtp.auth.username=u\nmail.smtp.auth.password=p',
    )
    expect(found.resolved.smtp.security).toBe('opportunistic')
    expect(found.wrong[0]?.what).toContain('in the clear')
  })

  it.each([
    ['mail.smtp.starttls.enable=true', 'starttls'],
    ['mail.smtp.starttls.required = true', 'starttls'],
    ['mail.transport.protocol: smtps', 'tls'],
    ['mail.smtp.ssl.enable true', 'tls'],
  ])('understands %s', (line, security) => {
    const { resolved } = imported('codenvy', `mail.host=mx.acme.test\nmail.port=2525\n${line}`)
    expect(resolved.smtp.security).toBe(security)
  })

  it.each([
    ['relayhost = mx.acme.test', 25, 'opportunistic'],
    ['relayhost = [mx.acme.test]:submission', 587, 'opportunistic'],
    ['relayhost=[mx.acme.test]:smtps\nsmtp_tls_wrappermode=yes', 465, 'tls'],
    ['relayhost = [mx.acme.test]:587\nsmtp_tls_security_level =\n  verify', 587, 'starttls'],
  ])('understands Postfix with %s', (text, port, security) => {
    const { resolved } = imported('codenvy', text)
    expect(resolved.smtp).toMatchObject({ host: 'mx.acme.test', port, security })
  })

  it.each([
    ['[mx.acme.test]:587', 587, 'starttls'],
    ['[mx.acme.test]:465', 465, 'tls'],
    ['mx.acme.test', 25, 'starttls'],
  ])('understands a sasl_passwd alone, for %s', (place, port, security) => {
    const found = imported('postfix', `# Logins\n${place} user@acme.test:p:w d\n`)
    const smtp = { host: 'mx.acme.test', port, security, username: 'user@acme.test' }
    expect(found.resolved.smtp).toMatchObject(smtp)
    expect(found.secrets).toEqual({ 'smtp.password': 'p:w d' })
  })

  it('asks for main.cf where a sasl_passwd alone does not say which server is meant', () => {
    const several = '[one.acme.test]:587 u:p\n[two.acme.test]:587 u:p'
    expect(() => imported('postfix', several)).toThrow(/relayhost/)
  })

  it('says when Postfix could not have found the login', () => {
    const found = imported('codenvy', 'relayhost = [mx.acme.test]:587\nmx.acme.test u:p')
    expect(found.secrets).toEqual({ 'smtp.password': 'p' })
    expect(found.wrongKeys).toEqual(
      expect.arrayContaining(['sasl_passwd', 'smtp_sasl_auth_enable']),
    )
  })
})
