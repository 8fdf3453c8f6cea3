import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cpuClock } from '../../cpu-clock.ts'
import { idOf } from '../../../mail/email/id.ts'
import type { Signal } from '../../../mail/email/signal.ts'
import { emailFinder } from '../../../mail/deliver/token-keys.ts'
import { takeReturned, type Receiving } from '../../../mail/report/take-returned.ts'
import { returnAddress, tokenOf } from '../../../mail/email/token.ts'
import { temporaryBackend, type TemporaryBackend } from '../../backends/local/temporary.ts'

const key = 'a key of the deployment'

let local: TemporaryBackend
let put: Signal[]
let receiving: Receiving
let id: string
beforeEach(() => {
  local = temporaryBackend()
  put = []
  const { strays } = local.backend
  receiving = {
    strays,
    clock: local.clock,
    fleet: {
      findEmail: emailFinder({ readSecrets: async () => ({ 'feedback.key': key }) }, local.clock),
    },
    inForce: { current: async () => ({ settings: { secrets: { 'feedback.key': 1 } } }) as never },
    signals: { put: async (signals) => void put.push(...signals) },
  }
  id = idOf('an email', local.clock.now())
})
afterEach(() => local.close())

/** A report that one address does not exist. */
const report = (envelopeId = '') =>
  Buffer.from(
    `From: MAILER-DAEMON@mx.example.org\nSubject: Undelivered\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;x\n${envelopeId && `Original-Envelope-Id: ${envelopeId}\n`}\nFinal-Recipient: rfc822;customer@example.org\nAction: failed\nStatus: 5.1.1\n--b--\n`,
  )

const kept = () => local.backend.strays.list({ limit: 100 })

describe('an email that came back', () => {
  it('with a proof becomes signals, and is not kept', async () => {
    const returnedTo = [returnAddress(id, 'b.own.test', key)]
    const received = await takeReturned(receiving, { bytes: report(), returnedTo })
    expect(received).toEqual({ kind: 'reported', emailId: id, signals: 1 })
    expect(put).toMatchObject([{ emailId: id, kind: 'bounced', bounce: 'hard' }])
    expect(await kept()).toMatchObject({ data: [] })
  })

  // Public fault 8: vutuv#1063, itop#240.
  it('without a proof changes nothing, whomever it names, and is kept', async () => {
    const received = await takeReturned(receiving, { bytes: report() })
    expect(received).toMatchObject({ kind: 'kept', reason: /proves/ })
    expect(put).toEqual([])
    expect(await kept()).toMatchObject({
      data: [{ from: 'MAILER-DAEMON@mx.example.org', subject: 'Undelivered' }],
    })
  })

  // Public fault 13: listmonk#833 deleted what it did not understand.
  it('that is not understood is kept with the email that it is about', async () => {
    const returnedTo = [returnAddress(id, 'b.own.test', key)]
    const bytes = Buffer.from('From: qmail@example.org\n\nHi. This is the qmail-send program.\n')
    await takeReturned(receiving, { bytes, returnedTo })
    expect(put).toEqual([])
    const { data } = await kept()
    expect(data).toMatchObject([{ emailId: id, reason: 'it has no report that is known' }])
    expect(Buffer.from((await local.backend.strays.get(data[0]!.id))!.bytes)).toEqual(bytes)
  })

  it('twice gives signals of the same keys, which count once', async () => {
    const mail = { bytes: report(tokenOf(id, key)) }
    await takeReturned(receiving, mail)
    await takeReturned(receiving, mail)
    expect(put).toHaveLength(2)
    expect(put[0]).toEqual(put[1])
  })

  it('is not taken for done when its signals cannot be kept', async () => {
    const failing = { ...receiving, signals: { put: () => Promise.reject(new Error('disk full')) } }
    await expect(takeReturned(failing, { bytes: report(tokenOf(id, key)) })).rejects.toThrow(
      'disk full',
    )
  })

  it('forged ten thousand times has no effect, and costs less than a millisecond each', async () => {
    const forged = tokenOf(id, 'another key')
    const bytes = report(forged)
    const returnedTo = [`b-${forged}@b.own.test`]
    const strays = { ...receiving.strays, keep: async () => undefined }
    const count = 10_000
    const elapsed = cpuClock()
    for (let n = 0; n < count; n++)
      await takeReturned({ ...receiving, strays }, { bytes, returnedTo })
    expect(elapsed() / count).toBeLessThan(1)
    expect(put).toEqual([])
  })
})
