import { describe, expect, it } from 'vitest'
import { imported, sampleFile } from './files.ts'

const smtp = { host: 'smtp.acme.test', port: 465, secure: true }

describe('the import from CodeStream', () => {
  it('carries the mail server over and mends port 587 with "secure"', () => {
    const found = imported('codestream', sampleFile('codestream.json'))
    expect(found.resolved).toMatchObject({
      engine: 'smtp',
      from: { address: 'alerts@acme.test' },
      smtp: { host: 'smtp.acme.test', port: 587, security: 'starttls', username: 'codestream' },
    })
    expect(found.secrets).toEqual({ 'smtp.password': 's3cret-CodeStream' })
    expect(found.wrongKeys).toContain('emailDeliveryService.NodeMailer.secure')
  })

  it('sends everything to emailTo and to no one else', () => {
    const { resolved } = imported('codestream', sampleFile('codestream.json'))
    expect(resolved.safety).toEqual({
      allow: [],
      otherwise: 'redirect',
      redirectTo: 'qa@acme.test',
    })
  })

  it('says that the switch "disabled" was never read', () => {
    const { wrongKeys, resolved } = imported('codestream', sampleFile('codestream.json'))
    expect(wrongKeys).toContain('emailDeliveryService.NodeMailer.disabled')
    expect(resolved.engine).toBe('smtp')
  })

  it('tells of what it leaves', () => {
    const { leftKeys } = imported('codestream', sampleFile('codestream.json'))
    expect(leftKeys).toEqual([
      'emailDeliveryService.NodeMailer.service',
      'email.maxPostsPerEmail',
      'email.notificationInterval',
      'email.replyToDomain',
      'email.supportEmail',
      'queuingEngine',
    ])
  })

  it('captures where suppressEmails was on, and keeps the server for later', () => {
    const text = JSON.stringify({
      email: { suppressEmails: true },
      emailDeliveryService: { NodeMailer: smtp },
    })
    const found = imported('codestream', text)
    expect(found.resolved).toMatchObject({ engine: 'noop', smtp: { port: 465, security: 'tls' } })
    expect(found.understood.filter(({ setting }) => setting === 'engine')).toHaveLength(1)
  })

  it('takes STARTTLS where it is offered when "secure" is off', () => {
    const text = JSON.stringify({
      emailDeliveryService: { NodeMailer: { ...smtp, port: 25, secure: false } },
    })
    expect(imported('codestream', text).resolved.smtp.security).toBe('opportunistic')
  })

  it.each([
    [{ sendgrid: { apiKey: 'SG.x' }, NodeMailer: smtp }, 'sendgrid'],
    [{ selected: 'NodeMailer', sendgrid: { apiKey: 'SG.x' }, NodeMailer: smtp }, 'smtp'],
    [{ selected: 'sendgrid', NodeMailer: smtp }, 'noop'],
    [{}, 'noop'],
  ])('chooses the engine of %j', (emailDeliveryService, engine) => {
    const { resolved } = imported('codestream', JSON.stringify({ emailDeliveryService }))
    expect(resolved.engine).toBe(engine)
  })
})
