import type { Email } from '../email/email.ts'
import { defaultProject } from '../email/project.ts'
import { usualStream } from '../email/stream.ts'
import type { Event } from '../ports/events.ts'
import type { NewNotice } from '../ports/notices.ts'
import type { Webhook } from '../ports/webhooks.ts'
import { bodyIn } from './body.ts'

/** What an endpoint is sent when a person tries it: an event of an email that there never was. */
export function testNotice(webhook: Webhook, id: string, now: number): NewNotice {
  const { id: webhookId, project, format } = webhook
  const email = emailFor(id, project, now)
  const event: Event = {
    id,
    type: 'email.delivered',
    project,
    at: now,
    recordedAt: now,
    source: 'capture',
    emailId: id,
    address: email.recipients[0]!.address,
    text: 'a test from Postern',
  }
  return { webhookId, id, type: event.type, putAt: now, body: bodyIn[format](event, email)! }
}

function emailFor(id: string, project: string, now: number): Email {
  const to = [{ address: 'delivered@simulator.postern.test' }]
  const never = { id, owner: 'test', project: project || defaultProject, stream: usualStream }
  return {
    ...never,
    createdAt: now,
    messageId: `<${id}@simulator.postern.test>`,
    from: { address: 'test@simulator.postern.test' },
    to,
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'A test from Postern',
    tags: [{ name: 'postern_test', value: 'true' }],
    size: 0,
    capture: true,
    onAmbiguous: 'hold',
    state: 'delivered',
    revision: 1,
    recipients: [{ address: to[0]!.address, state: 'delivered' }],
    dueAt: now,
    scheduled: false,
    since: now,
    attempts: 1,
    timeline: [],
  }
}
