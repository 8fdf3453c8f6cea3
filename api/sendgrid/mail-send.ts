import { Hono } from 'hono'
import { acceptAll } from '../../mail/accept/accept-batch.ts'
import { isOpen } from '../../mail/deliver/groups.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import { bodyHash } from '../http/body-hash.ts'
import { mostEmailBodyBytes, readJsonObject } from '../http/body.ts'
import { readIdempotencyKey } from '../http/idempotency-key.ts'
import type { FindTemplate } from '../templates/find.ts'
import { originOf } from '../templates/origin.ts'
import { invalid } from './faults.ts'
import { readSend } from './read-send.ts'
import { refusalOfBatch, refusalOfFaults } from './refusals.ts'

/** SendGrid's `POST /v3/mail/send`: one email for each personalization, all of them or none. */
export function sendGridMailSend(
  postern: Postern,
  authenticate: Authenticate,
  find: FindTemplate,
): Hono<ApiEnv> {
  const send = needs('sending_access', authenticate)
  return new Hono<ApiEnv>().post('/v3/mail/send', send, async (c) => {
    const key = readIdempotencyKey(c)
    const body = await readJsonObject(c.req.raw, mostEmailBodyBytes)
    const idempotency = key === undefined ? undefined : { key, bodyHash: bodyHash(body) }
    const read = await readSend(body, postern.clock.now(), originOf(c, find))
    if ('faults' in read) throw refusalOfFaults(read.faults)
    const { emails, sandbox, group, list } = read.request
    if (group !== undefined && !(await isOpen(postern, group, c.var.caller.project)))
      throw refusalOfFaults([unknownBatch])
    if (list !== undefined && !(await isGroup(postern, list))) throw refusalOfFaults([unknownGroup])
    if (sandbox) return c.body(null, 200)
    const answer = await acceptAll(postern, emails, c.var.caller, { idempotency })
    if (answer.kind !== 'accepted') throw refusalOfBatch(answer)
    return c.body(null, 202, { 'X-Message-Id': answer.batch })
  })
}

async function isGroup({ inForce }: Postern, id: number): Promise<boolean> {
  const { settings } = await inForce.current()
  return Object.hasOwn(settings.unsubscribe.lists, id)
}

const unknownGroup = invalid(
  'asm.group_id',
  'a group from POST /v3/asm/groups is needed, or of the setting unsubscribe.lists',
)

const unknownBatch = invalid(
  'batch_id',
  'a batch from POST /v3/mail/batch of the last 30 days is needed',
)
