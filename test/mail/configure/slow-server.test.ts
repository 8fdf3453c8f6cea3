import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { openEngine } from '../../../engines/index.ts'
import { fleet } from '../../../mail/deliver/fleet.ts'
import { openPostern } from '../../open-postern.ts'
import { startSmtpServer } from '../../remote/smtp-server.ts'
import { usual } from '../../remote/smtp-script.ts'
import { settingsOf } from '../compose/composing.ts'

/** Asks about a server that greets so many seconds after it was dialled. */
async function verdictAfter(seconds: number, verifyMs?: number) {
  const server = await startSmtpServer({ greeting: { wait: true, say: usual.greeting } })
  const test = await openPostern()
  const { backend, clock } = test
  const { settings: store, captures } = backend
  const ships = fleet({ open: openEngine, store, captures, clock, verifyMs })
  onTestFinished(async () => {
    await ships.close()
    await test.close()
    await server.close()
  })
  const smtp = { host: '127.0.0.1', port: server.port, security: 'none' } as const
  const waits = once(server.events, 'wait')
  const asked = ships.verify(settingsOf({ engine: 'smtp', smtp }), {})
  await waits
  await clock.advance(seconds * 1_000)
  server.release()
  return (await asked).smtp
}

it('a server that greets after 25 s is valid where the host can wait for it', async () => {
  expect(await verdictAfter(25, 50_000)).toEqual({ valid: true })
})

it.each([
  [25, undefined, 20],
  [60, 50_000, 50],
])('greeting after %d s is told as slow, not as broken', async (seconds, verifyMs, most) => {
  expect(await verdictAfter(seconds, verifyMs)).toEqual({
    valid: false,
    reason: `no answer within ${most} s (no answer to the connection in time); for an email a slow server is waited for longer`,
  })
})
