import { describe, expect, it } from 'vitest'
import { imported, sampleFile } from './files.ts'

describe('the import from K-Box', () => {
  it('carries the variables over, those of Laravel only where its own are missing', () => {
    const found = imported('kbox', sampleFile('kbox.env'))
    expect(found.resolved).toMatchObject({
      engine: 'smtp',
      from: { address: 'kbox@acme.test', name: 'Acme K-Box' },
      smtp: { host: 'mail.acme.test', port: 465, security: 'tls', username: 'kbox' },
    })
    expect(found.leftKeys).toEqual(['MAIL_HOST', 'MAIL_LOG_CHANNEL'])
  })

  it('takes a password for what it is, even if it looks like base64', () => {
    const { secrets } = imported('kbox', sampleFile('kbox.env'))
    expect(secrets).toEqual({ 'smtp.password': 'cGFzc3dvcmQ=' })
  })

  it('mends port 465 with "tls", which means STARTTLS there', () => {
    const { wrongKeys } = imported('kbox', sampleFile('kbox.env'))
    expect(wrongKeys).toEqual(['KBOX_MAIL_ENCRYPTION'])
  })

  it('captures with the log driver, and really does', () => {
    const found = imported('kbox', sampleFile('kbox-log.env'))
    expect(found.resolved).toMatchObject({
      engine: 'noop',
      noop: { mode: 'capture' },
      smtp: { host: '', username: null },
      from: { address: 'kbox@acme.test', name: null },
    })
    expect(found.leftKeys).toEqual(['MAIL_HOST'])
    expect(found.wrongKeys).toEqual(['MAIL_FROM_NAME'])
  })

  it('lets an empty variable of its own hide the one of Laravel', () => {
    const text =
      'KBOX_MAIL_HOST=mx.acme.test\nKBOX_MAIL_USERNAME=\nMAIL_USERNAME=other\nMAIL_PASSWORD=p'
    const found = imported('kbox', text)
    expect(found.resolved.smtp.username).toBeNull()
    expect(found.secrets).toEqual({})
  })

  it('keeps a password from a server that was spoken to without TLS', () => {
    const text = 'MAIL_HOST=mx.acme.test\nMAIL_ENCRYPTION=null\nMAIL_USERNAME=u\nMAIL_PASSWORD=p'
    const found = imported('kbox', text)
    expect(found.resolved.smtp.security).toBe('opportunistic')
    expect(found.wrongKeys).toEqual(['MAIL_ENCRYPTION'])
  })

  it.each([
    ['sendmail', 'sendmail', 1],
    ['ses', 'ses', 1],
    ['array', 'noop', 1],
    ['mailgun', 'noop', 2],
  ])('says that the driver %s never worked there', (driver, engine, faults) => {
    const found = imported('kbox', `KBOX_MAIL_MAILER=${driver}\nMAIL_SENDMAIL_PATH=/bin/sh`)
    expect(found.resolved.engine).toBe(engine)
    expect(found.wrong).toHaveLength(faults)
    expect(found.leftKeys).toEqual(['MAIL_SENDMAIL_PATH'])
  })
})

describe('the import from variables', () => {
  it('carries those of any application over', () => {
    const found = imported('env', sampleFile('application.env'))
    expect(found.resolved).toMatchObject({
      engine: 'smtp',
      from: { address: 'shop@acme.test', name: 'Acme Shop' },
      smtp: { host: 'relay.acme.test', port: 587, security: 'starttls', username: 'app' },
    })
    expect(found.secrets).toEqual({ 'smtp.password': 's3cret # with a hash' })
    expect(found.leftKeys).toEqual(['SMTP_POOL_SIZE'])
    expect(found.wrongKeys).toEqual(['SMTP_SECURE'])
  })

  it('names where a value came from, and which one was not given', () => {
    const { understood } = imported('env', 'SMTP_HOST=mx.acme.test')
    expect(understood).toEqual([
      { key: 'SMTP_HOST', setting: 'smtp.host', value: 'mx.acme.test' },
      { key: 'MAIL_PORT (left out)', setting: 'smtp.port', value: 587 },
      { key: 'MAIL_ENCRYPTION (left out)', setting: 'smtp.security', value: 'starttls' },
      { key: 'SMTP_HOST', setting: 'engine', value: 'smtp' },
    ])
  })
})
