import { once } from 'node:events'
import { createConnection } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { startHere } from '../cli/run-command.ts'

it('POSTERN_BOUNCE_PORT opens a door that relays nothing; without it there is none', async () => {
  const env = { POSTERN_BOUNCE_PORT: '0', POSTERN_BOUNCE_HOST: '127.0.0.1' }
  const postern = await startHere({ env })
  onTestFinished(() => postern.stop())
  await postern.run('settings', 'set', 'feedback.bounceDomain=b.own.test')
  const socket = createConnection(postern.bouncePort!, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'data')
  const say = async (line: string) => {
    socket.write(`${line}\r\n`)
    return String((await once(socket, 'data'))[0])
  }
  expect(await say('HELO mx.example.org')).toMatch(/^250/)
  await say('MAIL FROM:<>')
  expect(await say('RCPT TO:<b-x@b.own.test>')).toMatch(/^550 5\.1\.1/)
  expect(await say('RCPT TO:<victim@example.com>')).toMatch(/^554 5\.7\.1/)
  const without = await startHere()
  onTestFinished(() => without.stop())
  expect(without.bouncePort).toBeUndefined()
})
