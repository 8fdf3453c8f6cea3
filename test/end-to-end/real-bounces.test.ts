import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smtpEngine } from '../../engines/smtp.ts'
import { compose } from '../../mail/compose/compose.ts'
import { idOf } from '../../mail/email/id.ts'
import type { Signal } from '../../mail/email/signal.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { Stray } from '../../mail/ports/strays.ts'
import { emailFinder } from '../../mail/deliver/token-keys.ts'
import { room } from '../../mail/room.ts'
import { mostReturnedBytes, returnedSteps } from '../../submission/returned-steps.ts'
import { serveSmtp, type SmtpListener } from '../../submission/server.ts'
import { engineContext } from '../engines/engine-context.ts'
import { openPostern, type TestPostern } from '../open-postern.ts'
import { testParcel } from '../parcels.ts'
import { bouncingServers, type BouncingServer } from '../remote/bouncing-server.ts'
import { startSmtpServer, type SmtpServer } from '../remote/smtp-server.ts'

const secrets = { 'feedback.key': 'a key of the deployment' }
const feedback = { bounceDomain: 'b.own.test' }
/**
 * OpenSMTPD tells what the next server said to people alone, in the text, and calls the end of its
 * patience a delay (4.4.7), as Exchange calls real ones.
 */
const saying: Readonly<Record<string, object>> = {
  Postfix: { bounce: 'hard', status: '5.1.1' },
  Exim: { bounce: 'hard', status: '5.1.1' },
  OpenSMTPD: { bounce: 'soft', status: '5.0.0' },
}

const patient = new AbortController().signal

describe.each(Object.entries(bouncingServers))('what %s returns', (name, { start, missing }) => {
  describe.skipIf(missing)(`to our signed sender${missing ? ` (${missing})` : ''}`, () => {
    let nextHop: SmtpServer
    let test: TestPostern
    let door: SmtpListener
    let server: BouncingServer
    let engine: Engine
    const signals: Signal[] = []
    const strays: Stray[] = []

    beforeAll(async () => {
      nextHop = await startSmtpServer({
        rcpt: ({ line }) =>
          line.includes('gone@')
            ? '550 5.1.1 no such user here'
            : line.includes('late@')
              ? '451 4.2.0 come again'
              : undefined,
      })
      test = await openPostern({ settings: { feedback, secrets: { 'feedback.key': 1 } } })
      const steps = returnedSteps({
        inForce: test.postern.inForce,
        fleet: { findEmail: emailFinder({ readSecrets: async () => secrets }, { now: Date.now }) },
        clock: { ...test.clock, now: Date.now },
        room: room(1e9),
        signals: { put: async (some) => void signals.push(...some) },
        strays: { ...test.backend.strays, keep: async (stray) => void strays.push(stray) },
        refused: () => undefined,
      })
      const strangers = { bytes: mostReturnedBytes, recipients: 1, sessions: 50 }
      const bounds = { needsTls: false, implicitTls: false, strangers, log: () => undefined }
      door = await serveSmtp(steps, { port: 0, host: '127.0.0.1', ...bounds })
      server = await start({ nextHop: nextHop.port, bounces: door.port })
      const smtp = { host: '127.0.0.1', port: server.port, security: 'none' as const }
      engine = smtpEngine(engineContext({ settings: { smtp, feedback }, secrets }))
    }, 30_000)
    afterAll(async () => {
      await engine?.close()
      await server?.stop()
      await door?.close()
      await nextHop?.close()
      await test?.close()
    })

    async function send(what: string, to: readonly string[]) {
      const id = idOf(`${name} ${what}`, Date.now())
      const parcel = testParcel({ id, to })
      const outcome = await engine.send({ ...parcel, composed: () => compose(parcel) }, patient)
      expect(outcome).toMatchObject({ kind: 'sent' })
      return id
    }

    const about = (id: string) => signals.filter(({ emailId }) => emailId === id)
    const said = (id: string) => about(id).map(({ kind, address }) => [kind, address])

    it('failed, delayed, for several recipients and after it was sent on', async () => {
      const gone = await send('gone', ['gone@example.test'])
      const mixed = await send('mixed', [
        'gone@example.test',
        'fine@example.test',
        'late@example.test',
      ])
      const sentOn = await send('sent on', ['alias@example.test'])
      await expect
        .poll(() => [gone, mixed, sentOn].map((id) => about(id).length > 0), { timeout: 20_000 })
        .toEqual([true, true, true])
      const bounced = { kind: 'bounced', reported: true, ...saying[name] }
      expect(about(gone)).toMatchObject([{ ...bounced, address: 'gone@example.test' }])
      expect(about(sentOn)).toMatchObject([{ ...bounced, forwarded: true }])
      await expect
        .poll(() => said(mixed), { timeout: 20_000 })
        .toContainEqual(['bounced', 'gone@example.test'])
      await expect
        .poll(() => said(mixed), { timeout: 20_000 })
        .toContainEqual(['delayed', 'late@example.test'])
      if (name !== 'OpenSMTPD')
        await expect
          .poll(() => said(mixed), { timeout: 20_000 })
          .toContainEqual(['bounced', 'late@example.test'])
      expect(said(mixed)).not.toContainEqual(['bounced', 'fine@example.test'])
      expect(strays).toEqual([])
    }, 60_000)

    // Public fault 2: an answer of a machine, by way of a real server.
    it('passes an answer of a machine on, which is no bounce', async () => {
      const arrived = once(nextHop.events, 'kept')
      const id = await send('away', ['fine@example.test'])
      await arrived
      const { from } = nextHop.emails.at(-1)!
      expect(from).toMatch(/^b-[a-z2-7]{42}@b\.own\.test$/)
      const answer = { from: 'fine@example.test', to: [from], subject: 'Automatic reply: Hello' }
      const smtp = { host: '127.0.0.1', port: server.port, security: 'none' as const }
      const person = smtpEngine(engineContext({ settings: { smtp } }))
      await person.send(testParcel(answer), patient)
      await person.close()
      await expect.poll(() => about(id), { timeout: 20_000 }).toHaveLength(1)
      expect(about(id)).toMatchObject([{ kind: 'bounced', bounce: 'autoReply' }])
    }, 30_000)
  })
})
