import { createConnection } from 'node:net'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { idOf } from '../../mail/email/id.ts'
import type { Signal } from '../../mail/email/signal.ts'
import type { Stray } from '../../mail/ports/strays.ts'
import { returnAddress, tokenOf } from '../../mail/email/token.ts'
import { emailFinder } from '../../mail/deliver/token-keys.ts'
import { room } from '../../mail/room.ts'
import {
  mostReturnedBytes,
  mostReturnedRecipients,
  returnedSteps,
} from '../../submission/returned-steps.ts'
import { serveSmtp } from '../../submission/server.ts'
import { openPostern } from '../open-postern.ts'

const key = 'a key of the deployment'

interface Options {
  readonly bounceDomain?: string | null
  readonly roomBytes?: number
}

/** The door of a Postern with this bounce domain, and one client that says a line at a time. */
async function openDoor({ bounceDomain = 'b.own.test', roomBytes = 1e9 }: Options = {}) {
  const test = await openPostern({
    settings: { feedback: { bounceDomain }, secrets: { 'feedback.key': 1 } },
  })
  const signals: Signal[] = []
  const strays: Stray[] = []
  const refused: string[] = []
  const steps = returnedSteps({
    inForce: test.postern.inForce,
    fleet: {
      findEmail: emailFinder({ readSecrets: async () => ({ 'feedback.key': key }) }, test.clock),
    },
    clock: test.clock,
    room: room(roomBytes),
    signals: { put: async (some) => void signals.push(...some) },
    strays: { ...test.backend.strays, keep: async (stray) => void strays.push(stray) },
    refused: (reason) => refused.push(reason),
  })
  const strangers = { bytes: mostReturnedBytes, recipients: mostReturnedRecipients, sessions: 5 }
  const door = await serveSmtp(steps, {
    port: 0,
    host: '127.0.0.1',
    needsTls: false,
    implicitTls: false,
    strangers,
    log: () => undefined,
  })
  const socket = createConnection(door.port, '127.0.0.1')
  onTestFinished(async () => {
    socket.destroy()
    await door.close()
    await test.close()
  })
  await once(socket, 'data')
  /** The last line of the answer. */
  const say = async (line: string) => {
    socket.write(`${line}\r\n`)
    let text = ''
    do text += String((await once(socket, 'data'))[0])
    while (!/^\d{3} [^\n]*\r\n$/m.test(text))
    return text.trimEnd().split('\r\n').at(-1)!
  }
  await say('EHLO mx.example.org')
  const id = idOf('an email', test.clock.now())
  return {
    say,
    socket,
    signals,
    strays,
    refused,
    id,
    address: returnAddress(id, 'b.own.test', key),
  }
}

const report = `Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;x\r\n\r\nFinal-Recipient: rfc822;ann@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n.`

describe('the door for the bounce domain', () => {
  it('takes a report for an address that Postern signed, from no one', async () => {
    const { say, address, signals, id } = await openDoor()
    expect(await say('MAIL FROM:<>')).toMatch(/^250/)
    expect(await say(`RCPT TO:<${address}>`)).toMatch(/^250/)
    expect(await say('DATA')).toMatch(/^354/)
    expect(await say(report)).toBe('250 2.0.0 taken')
    expect(signals).toMatchObject([{ emailId: id, kind: 'bounced', bounce: 'hard' }])
  })

  it('keeps for a person what it does not understand, and says yes', async () => {
    const { say, address, signals, strays, refused, id } = await openDoor()
    await say('MAIL FROM:<ann@example.org>')
    await say(`RCPT TO:<${address}>`)
    await say('DATA')
    expect(await say('Subject: Hi\r\n\r\n550 5.1.1 user unknown\r\n.')).toMatch(/^250/)
    expect([signals, strays.map(({ emailId }) => emailId)]).toEqual([[], [id]])
    expect(refused).toEqual(['it has no report that is known'])
  })

  it.each([
    ['an address without a token', 'info@b.own.test', '550 5.1.1'],
    ['the postmaster', 'postmaster@b.own.test', '550 5.1.1'],
    [
      'a token that another key made',
      `b-${tokenOf(idOf('x', Date.now()), 'other')}@b.own.test`,
      '550 5.1.1',
    ],
    ['noise that looks like a token', `b-${'a'.repeat(42)}@b.own.test`, '550 5.1.1'],
    ['a valid address at another domain', 'elsewhere', '554 5.7.1'],
    ['a domain below ours', 'below', '554 5.7.1'],
    ['an address of anyone', 'victim@example.com', '554 5.7.1'],
    ['a route', '@b.own.test:victim@example.com', '5'],
    ['percent', 'victim%example.com@b.own.test', '550 5.1.1'],
    ['two at signs', 'victim@example.com@b.own.test', '5'],
  ])('refuses %s, so that it relays nothing', async (_, to, answer) => {
    const { say, address, refused } = await openDoor()
    const local = address.split('@')[0]!
    const others: Record<string, string> = {
      elsewhere: `${local}@example.com`,
      below: `${local}@x.b.own.test`,
    }
    await say('MAIL FROM:<>')
    expect(await say(`RCPT TO:<${others[to] ?? to}>`)).toMatch(new RegExp(`^${answer}`))
    expect(await say('DATA')).toMatch(/^503/)
    // What is relayed is no feedback; what looks for a customer to block is counted.
    expect(refused).toHaveLength(answer.startsWith('550') ? 1 : 0)
  })

  it('refuses everything while there is no bounce domain', async () => {
    const { say, address } = await openDoor({ bounceDomain: null })
    await say('MAIL FROM:<>')
    expect(await say(`RCPT TO:<${address}>`)).toMatch(/^554 5\.7\.1/)
  })

  it('has no login, and one recipient at a time', async () => {
    const { say, address } = await openDoor()
    expect(await say('AUTH PLAIN AGEAYg==')).toMatch(/^5/)
    await say('MAIL FROM:<>')
    await say(`RCPT TO:<${address}>`)
    expect(await say(`RCPT TO:<${address.toUpperCase()}>`)).toMatch(/^(250|452)/)
  })

  it('refuses what is too large, announced or not, and goes on', async () => {
    const { say, address, strays } = await openDoor()
    expect(await say(`MAIL FROM:<> SIZE=${mostReturnedBytes + 1}`)).toMatch(/^552/)
    await say('MAIL FROM:<>')
    await say(`RCPT TO:<${address}>`)
    await say('DATA')
    const line = 'x'.repeat(998)
    const large = Array.from({ length: mostReturnedBytes / 998 + 2 }, () => line).join('\r\n')
    expect(await say(`${large}\r\n.`)).toMatch(/^552/)
    expect(strays).toEqual([])
    expect(await say('MAIL FROM:<>')).toMatch(/^250/)
  })

  it('says to come again when there is no room, and keeps nothing', async () => {
    const { say, address, signals } = await openDoor({ roomBytes: 1_000 })
    await say('MAIL FROM:<>')
    await say(`RCPT TO:<${address}>`)
    await say('DATA')
    expect(await say(report)).toMatch(/^452 4\.3\.1/)
    expect(signals).toEqual([])
  })
})
