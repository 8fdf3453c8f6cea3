import { once } from 'node:events'
import { createConnection } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { startHere } from '../cli/run-command.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'

it('what comes back makes an email bounced, and its address gets nothing more', async () => {
  const relay = await startSmtpServer({ extensions: ['DSN'] })
  const postern = await startHere({
    env: { POSTERN_BOUNCE_PORT: '0', POSTERN_BOUNCE_HOST: '127.0.0.1' },
  })
  onTestFinished(async () => {
    await postern.stop()
    await relay.close()
  })
  const set = await postern.run(
    'settings',
    'set',
    'engine=smtp',
    'smtp.host=127.0.0.1',
    `smtp.port=${relay.port}`,
    'smtp.security=none',
    'feedback.bounceDomain=b.own.test',
  )
  expect(set).toMatchObject({ code: 0 })
  const kept = once(relay.events, 'kept')
  const sent = await postern.run(
    'send',
    '--from',
    'me@own.test',
    '--to',
    'gone@there.test',
    '--subject',
    'x',
    '--text',
    'x',
    '--json',
  )
  const { id } = JSON.parse(sent.out) as { id: string }
  await kept
  const { from } = relay.emails[0]!
  const socket = createConnection(postern.bouncePort!, '127.0.0.1')
  await once(socket, 'data')
  const say = async (l: string) => {
    socket.write(`${l}\r\n`)
    return String((await once(socket, 'data'))[0])
  }
  await say('HELO mx')
  await say('MAIL FROM:<>')
  expect(await say(`RCPT TO:<${from.replace(/.{4}@/, 'aaaa@')}>`)).toMatch(/^550/)
  expect(await say(`RCPT TO:<${from}>`)).toMatch(/^250/)
  await say('DATA')
  expect(
    await say(
      'Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;x\r\n\r\nFinal-Recipient: rfc822;gone@there.test\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n.',
    ),
  ).toMatch(/^250/)
  socket.destroy()
  const state = async () =>
    ((await (await fetch(`${postern.url}/v1/emails/${id}`)).json()) as { state: string }).state
  await expect.poll(state, { timeout: 15_000 }).toBe('bounced')
  const suppressed = await postern.run('suppressions', 'list')
  expect(suppressed.out).toContain('gone@there.test')
  const health = (await (await fetch(`${postern.url}/v1/health`)).json()) as object
  expect(health).toMatchObject({ refused_feedback: 1 })
  expect((await postern.run('status')).out).toMatch(/feedback refused\s+1 since it started/)
}, 40_000)
