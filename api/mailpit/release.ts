import { Hono, type Context } from 'hono'
import * as z from 'zod'
import { parseMailbox, type Mailbox } from '../../mail/email/address.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import { release } from '../../mail/manage/release.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJson } from '../http/body.ts'
import { notFound } from '../http/errors.ts'
import { notAccepted } from '../v1/refusals.ts'
import { bad, parseBody } from './body.ts'
import { ok } from './ok.ts'
import { open } from './opened.ts'

/** Mailpit's release, by the rules of Postern: to whom a person chose, where sending is allowed. */
export function mailpitRelease(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post('/api/v1/message/:id/release', async (c) => {
    const to = await readTo(c)
    const { capture } = await open(c, postern, c.req.param('id'))
    await releaseTo(postern, capture.id, to, c.var.caller)
    return ok(c)
  })
}

/** @throws Refusal where one may not be sent, or was not accepted */
export async function releaseTo(
  postern: Postern,
  captureId: string,
  to: readonly Mailbox[],
  caller: Caller,
): Promise<void> {
  for (const one of to) {
    const released = await release(postern, captureId, { to: one }, caller)
    if (released.kind === 'unknown') throw notFound('message')
    if (released.kind === 'refused') throw bad(released.reason)
    if (released.kind !== 'accepted') throw notAccepted(released)
  }
}

/** One email is made for each. */
const mostReleased = 50

/** `{"To": [...]}`, or the list alone, as mailpit-api sends it. */
async function readTo(c: Context): Promise<Mailbox[]> {
  const body = await readJson(c.req.raw)
  const given = Array.isArray(body) ? { To: body as unknown[] } : body
  if (!isPlainObject(given)) throw bad('To: a list of addresses is needed')
  const { To } = parseBody(given, z.object({ To: z.array(z.string()).max(mostReleased) }))
  if (To.length === 0) throw bad('To: no recipients')
  return To.map((text) => {
    const parsed = parseMailbox(text)
    if ('fault' in parsed) throw bad(`To: ${parsed.fault}`)
    return parsed.mailbox
  })
}
