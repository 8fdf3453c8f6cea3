import { describe, expect, it, onTestFinished } from 'vitest'
import { sendmailEngine } from '../../engines/sendmail.ts'
import { smtpEngine } from '../../engines/smtp.ts'
import { compose } from '../../mail/compose/compose.ts'
import { idOf } from '../../mail/email/id.ts'
import { markedId, returnAddress, tokenOf } from '../../mail/email/token.ts'
import { testParcel } from '../parcels.ts'
import { fakeSendmail } from '../remote/fake-sendmail.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import { engineContext } from './engine-context.ts'

const key = 'a key of the deployment'
const id = idOf('an email', Date.now())
const signed = returnAddress(id, 'b.own.test', key)
const patient = new AbortController().signal

const feedback = { bounceDomain: 'b.own.test' }
const secrets = { 'feedback.key': key }

function parcelTo(...to: string[]) {
  const parcel = testParcel({ id, to })
  return { ...parcel, composed: () => compose(parcel) }
}

/** What a server hears that offers these extensions. */
async function heard(extensions: readonly string[], to = ['bob@example.test'], settings = {}) {
  const server = await startSmtpServer({ extensions })
  const smtp = { host: '127.0.0.1', port: server.port, security: 'none' as const }
  const context = engineContext({ settings: { smtp, feedback, ...settings }, secrets })
  const engine = smtpEngine(context)
  onTestFinished(async () => {
    await engine.close()
    await server.close()
  })
  expect(await engine.send(parcelTo(...to), patient)).toMatchObject({ kind: 'sent' })
  const commands = server.commands.filter((line) => /^(MAIL|RCPT)/.test(line))
  return { commands, content: server.emails[0]!.content.toString() }
}

describe('an email that may come back', () => {
  it('leaves from our signed address, and says so in its header', async () => {
    const { commands, content } = await heard([])
    expect(commands).toEqual([`MAIL FROM:<${signed}>`, 'RCPT TO:<bob@example.test>'])
    expect(content).toContain(`X-Postern-Id: ${markedId(id, key)}\r\n`)
  })

  it('asks a server that offers DSN for failures, delays and its own envelope id', async () => {
    const { commands } = await heard(['DSN', 'SIZE 1000000'], ['bob+x=1@example.test'])
    expect(commands[0]).toMatch(/ SIZE=\d+ RET=HDRS ENVID=[a-z2-7]{42}$/)
    expect(commands[0]).toContain(`ENVID=${tokenOf(id, key)}`)
    expect(commands[1]).toBe(
      'RCPT TO:<bob+x=1@example.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;bob+2Bx+3D1@example.test',
    )
  })

  it('names no recipient beyond ASCII that way: few servers could read it', async () => {
    const { commands } = await heard(['DSN', 'SMTPUTF8', '8BITMIME'], ['jürgen@example.test'])
    expect(commands[1]).toBe('RCPT TO:<jürgen@example.test> NOTIFY=FAILURE,DELAY')
  })

  it('asks for nothing where there is no key', async () => {
    const server = await startSmtpServer({ extensions: ['DSN'] })
    const smtp = { host: '127.0.0.1', port: server.port, security: 'none' as const }
    const engine = smtpEngine(engineContext({ settings: { smtp, feedback } }))
    onTestFinished(async () => {
      await engine.close()
      await server.close()
    })
    await engine.send(parcelTo('bob@example.test'), patient)
    expect(server.commands).toContain('MAIL FROM:<ann@own.test>')
    expect(server.commands).toContain('RCPT TO:<bob@example.test>')
  })

  it('leaves by sendmail the same way, without options that are others to other programs', async () => {
    const program = fakeSendmail()
    onTestFinished(() => program.close())
    program.behave('accept')
    const deployed = { sendmailPath: program.path }
    const engine = sendmailEngine(engineContext({ settings: { feedback }, secrets, deployed }))
    await engine.send(parcelTo('bob@example.test'), patient)
    const [{ args, input } = { args: [], input: undefined }] = program.runs
    expect(args).toEqual(['-i', '-f', signed, '--', 'bob@example.test'])
    expect(String(input)).toContain(`X-Postern-Id: ${markedId(id, key)}\n`)
  })
})
