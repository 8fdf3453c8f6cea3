import { Hono } from 'hono'
import { accept } from '../../mail/accept/accept.ts'
import { required } from '../../mail/email/zod-words.ts'
import { readContent } from '../../mail/content.ts'
import type { Email } from '../../mail/email/email.ts'
import { settingsIn } from '../../mail/settings/in-project.ts'
import { readEmailRequest } from '../../mail/request/email-request.ts'
import { cancel, reschedule, type Managed } from '../../mail/manage/manage.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { scheduledAtIn, timeReader } from '../../mail/request/schedule-time.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { bodyHash } from '../http/body-hash.ts'
import { holdForAnswer } from '../http/answer-room.ts'
import { mostEmailBodyBytes, readJsonObject } from '../http/body.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { readIdempotencyKey } from '../http/idempotency-key.ts'
import { readId, readPageQuery } from '../http/page-query.ts'
import { fillTemplate, readFilled } from '../templates/fill.ts'
import type { FindTemplate } from '../templates/find.ts'
import { originOf } from '../templates/origin.ts'
import { emailItem, emailObject } from './email-object.ts'
import { refusalOfAcceptance, refusalOfFaults } from './refusals.ts'

/** Resend's `/emails`: send, look up, reschedule, cancel. */
export function resendEmails(
  postern: Postern,
  authenticate: Authenticate,
  find: FindTemplate,
): Hono<ApiEnv> {
  const send = needs('sending_access', authenticate)
  const manage = needs('full_access', authenticate)
  return new Hono<ApiEnv>()
    .post('/emails', send, async (c) => {
      const key = readIdempotencyKey(c)
      const body = await readJsonObject(c.req.raw, mostEmailBodyBytes)
      const idempotency = key === undefined ? undefined : { key, bodyHash: bodyHash(body) }
      const readTime = await timeReader([scheduledAtIn(body)])
      const filled = await fillTemplate(body, originOf(c, find))
      const read = (now: number) => readFilled(filled, readEmailRequest, now, readTime)
      const answer = await accept(postern, read, c.var.caller, { idempotency })
      if (answer.kind !== 'accepted') throw refusalOfAcceptance(answer)
      const template = 'used' in filled ? filled.used : undefined
      return c.json({ id: answer.id, ...(template && { template }) })
    })
    .get('/emails', manage, async (c) => {
      const { scope } = c.var.caller
      const page = await postern.emails.list({ ...readPageQuery(c), scope })
      const from = await defaultFrom(postern)
      const data = page.data.map((email) => emailItem(email, from(email)))
      return c.json({ object: 'list', has_more: page.hasMore, data })
    })
    .get('/emails/:id', manage, async (c) => {
      const email = await postern.emails.get(readId(c), c.var.caller.scope)
      if (!email) throw notFound('Email')
      holdForAnswer(c, postern, email.size ?? 0)
      const content = await readContent(postern, email.id)
      return c.json(emailObject(email, content, (await defaultFrom(postern))(email)))
    })
    .patch('/emails/:id', manage, async (c) => {
      const id = readId(c)
      const text = scheduledAtIn(await readJsonObject(c.req.raw))
      const dueAt = await readScheduledAt(text, postern.clock.now())
      return c.json(changed(await reschedule(postern, id, c.var.caller.scope, dueAt)))
    })
    .post('/emails/:id/cancel', manage, async (c) =>
      c.json(changed(await cancel(postern, readId(c), c.var.caller.scope, ['scheduled']))),
    )
}

/** The default sender of an email's project. */
async function defaultFrom({ inForce }: Postern): Promise<(email: Email) => string | null> {
  const { settings } = await inForce.current()
  return ({ project }) => settingsIn(settings, project).from.address
}

async function readScheduledAt(text: unknown, now: number): Promise<number> {
  if (typeof text !== 'string')
    throw refusalOfFaults([{ field: 'scheduled_at', rule: required, kind: 'missing' }])
  const readTime = await timeReader([text])
  const read = readTime(text, now)
  if ('time' in read) return read.time
  throw refusalOfFaults([{ field: 'scheduled_at', rule: read.fault, kind: 'invalid' }])
}

function changed(managed: Managed): { object: 'email'; id: Email['id'] } {
  if (managed.kind === 'unknown') throw notFound('Email')
  if (managed.kind === 'refused')
    throw new Refusal(
      422,
      'validation_error',
      `Only a scheduled email can be changed: ${managed.reason}.`,
    )
  return { object: 'email', id: managed.email.id }
}
