import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../mail/ports/engine.ts'
import { testParcel } from '../parcels.ts'
import { noPostfix, startPostfix } from '../remote/postfix.ts'
import type { Postfix } from '../remote/postfix.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'
import type { SmtpServer } from '../remote/smtp-server.ts'
import { openSmtpEngine, testCa, testCertificate } from './smtp-rig.ts'

const patient = new AbortController().signal

describe.skipIf(noPostfix)(
  `the SMTP engine in front of a real Postfix${noPostfix ? ` (${noPostfix})` : ''}`,
  () => {
    let sink: SmtpServer
    let postfix: Postfix
    let engine: Engine

    beforeAll(async () => {
      sink = await startSmtpServer()
      postfix = await startPostfix(sink.port, testCertificate('localhost'))
      engine = open({ ca: testCa() })
    })
    afterAll(async () => {
      await engine.close()
      postfix.stop()
      await sink.close()
    })

    const open = (smtp: { ca?: string }) =>
      openSmtpEngine({ host: '127.0.0.1', port: postfix.port, security: 'starttls', ...smtp })
        .engine

    it('is verified over STARTTLS with a private CA', async () => {
      expect(await engine.verify(patient)).toEqual({ valid: true })
    })

    it('is blocked when the CA is not known', async () => {
      const stranger = open({})
      expect(await stranger.send(testParcel(), patient)).toMatchObject({ kind: 'blocked' })
      await stranger.close()
    })

    it('hands over many emails at a time, each of which arrives once, as it was', async () => {
      const texts = Array.from({ length: 50 }, (_, i) => `Email ${i}\n.\n..dots\nGrüße`)
      const arrived = keptBy(sink, texts.length)
      const outcomes = await Promise.all(
        texts.map((text) =>
          engine.send(testParcel({ text, bcc: ['hidden@example.test'] }), patient),
        ),
      )
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({
          kind: 'sent',
          remoteId: expect.stringMatching(/^\w+$/) as string,
        })
      await arrived
      const bodies = sink.emails.map(({ content }) => bodyOf(content))
      expect(bodies.sort()).toEqual(texts.sort())
      for (const { from, to } of sink.emails)
        expect([from, [...to].sort()]).toEqual([
          'ann@own.test',
          ['bob@example.test', 'hidden@example.test'],
        ])
    })

    it('tells one refused recipient from the accepted ones', async () => {
      const parcel = testParcel({ to: ['bob@example.test', 'refused@example.test'] })
      expect(await engine.send(parcel, patient)).toMatchObject({
        kind: 'sent',
        refused: [{ address: 'refused@example.test', kind: 'rejected' }],
      })
      const refused = testParcel({ to: ['refused@example.test'] })
      expect(await engine.send(refused, patient)).toMatchObject({
        kind: 'rejected',
        reason: expect.stringContaining('no such user') as string,
      })
    })
  },
)

/** Resolves when so many emails have come since. */
function keptBy(sink: SmtpServer, count: number): Promise<void> {
  return new Promise((resolve) => {
    sink.events.on('kept', () => --count === 0 && resolve())
  })
}

function bodyOf(content: Buffer): string {
  const text = content.toString()
  return text
    .slice(text.indexOf('\r\n\r\n') + 4)
    .replaceAll('\r\n', '\n')
    .trimEnd()
}
