import { anEmail } from '../conformance/email-samples.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Email } from '../../mail/email/email.ts'
import { newId } from '../../mail/email/id.ts'
import type { Postern } from '../../mail/ports/postern.ts'

/** A capture, and a record in the log, with the same text wherever remote text may appear. */
interface HostileLetter {
  readonly captureId: string
  readonly emailId: string
}

/** Straight into the store: an API or an engine would refuse or tidy up half of it. */
export async function plant(postern: Postern, payload: string): Promise<HostileLetter> {
  const captureId = await plantCapture(postern, payload)
  const emailId = await plantRecord(postern, payload)
  return { captureId, emailId }
}

async function plantCapture({ captures, clock }: Postern, payload: string): Promise<string> {
  const eml = Buffer.from(emlOf(payload))
  const id = newId(clock.now())
  const capture = {
    id,
    emailId: id,
    project: 'default',
    at: clock.now(),
    from: payload,
    to: [payload],
    subject: payload,
    size: eml.byteLength,
    seen: false,
    tags: [],
  }
  await captures.add(capture, eml, payload)
  return id
}

/** Given up, in the words of a remote that knows who will read them. */
async function plantRecord(postern: Postern, payload: string): Promise<string> {
  const { emails, queue, standing, clock } = postern
  const at = clock.now()
  const email: Email = {
    ...anEmail({ dueAt: at, createdAt: at }),
    id: newId(at),
    from: { address: 'a@own.test', name: payload },
    to: [{ address: 'b@there.test', name: payload }],
    subject: payload,
    tags: [{ name: payload, value: payload }],
  }
  await emails.create(email)
  const claim = await emails.claim(email.id, at, 60)
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  const refused = [{ address: payload, kind: 'rejected', reason: payload } as const]
  const attempt = { at, what: 'attempt', engine: payload, outcome: 'rejected' } as const
  await emails.settle(email.id, claim.claim, {
    state: 'failed',
    settledAt: at,
    lastReason: payload,
    recipients: [{ address: 'ann@example.org', state: 'failed', reason: payload }],
    timeline: [...email.timeline, { ...attempt, reason: payload, remoteId: payload, refused }],
  })
  await queue.bury(jobOf(email), payload)
  await standing.pause('smtp', 0, { at, until: at + 3_600_000, reason: payload })
  return email.id
}

function emlOf(payload: string): string {
  const word = `=?utf-8?B?${base64(payload)}?=`
  const part = (type: string, content: string, more: readonly string[] = []) =>
    [
      '--b',
      `Content-Type: ${type}`,
      'Content-Transfer-Encoding: base64',
      ...more,
      '',
      base64(content),
    ].join('\r\n')
  const file = (type: string, content: string) =>
    part(type, content, [
      `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(payload)}`,
    ])
  return [
    `From: ${word} <a@own.test>`,
    `To: ${word} <b@there.test>`,
    `Subject: ${word}`,
    `Message-ID: <${payload}@own.test>`,
    `X-${payload.replaceAll(':', '')}: name`,
    `X-Value: ${payload}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    part('text/plain; charset=utf-8', payload),
    part('text/html; charset=utf-8', `<p>before</p>${payload}`),
    file('text/html', payload),
    file('image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg">${payload}</svg>`),
    file('application/xhtml+xml', `<html xmlns="http://www.w3.org/1999/xhtml">${payload}</html>`),
    '--b--',
    '',
  ].join('\r\n')
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
