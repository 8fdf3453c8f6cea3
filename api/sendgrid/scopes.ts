import { Hono } from 'hono'
import type { ApiEnv, Authenticate } from '../access/auth.ts'

/** `GET /v3/scopes`: what a key may do, in SendGrid's words; plugins ask it to check a key. */
export function sendGridScopes(authenticate: Authenticate): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/v3/scopes', async (c) => {
    const { caller, permission } = await authenticate(c.req.raw)
    await authenticate.count(c, caller)
    return c.json({ scopes: permission === 'full_access' ? [...sending, ...managing] : sending })
  })
}

const sending = ['mail.send', 'mail.batch.create', 'mail.batch.read']

/** What may be changed by every right that SendGrid has, and what is only read and removed. */
const changed = [
  'user.scheduled_sends',
  'suppression',
  'asm.groups',
  'asm.groups.suppressions',
  'asm.suppressions.global',
  'templates',
  'templates.versions',
  'templates.versions.activate',
]
const kept = ['blocks', 'bounces', 'invalid_emails', 'spam_reports', 'unsubscribes']

const managing = [
  ...changed.flatMap((what) =>
    ['create', 'read', 'update', 'delete'].map((right) => `${what}.${right}`),
  ),
  ...kept.flatMap((kind) => ['read', 'delete'].map((right) => `suppression.${kind}.${right}`)),
]
