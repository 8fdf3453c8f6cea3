import { Hono } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv, Authenticate } from '../access/auth.ts'
import { resendApiKeys } from './api-keys.ts'
import { resendAttachments } from './attachments.ts'
import { resendBatch } from './batch.ts'
import { resendDomains } from './domains.ts'
import { resendEmails } from './emails.ts'
import { resendOutOfScope } from './out-of-scope.ts'

/** Everything that Resend's SDKs find here. */
export function resendSurface(
  postern: Postern,
  authenticate: Authenticate,
  keepFirstKey?: (token: string) => void,
): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  // Names come before what takes the same part of a path for an id.
  app.route('/', resendOutOfScope())
  for (const part of [resendBatch, resendEmails, resendAttachments, resendDomains])
    app.route('/', part(postern, authenticate))
  app.route('/', resendApiKeys(postern, authenticate, keepFirstKey))
  return app
}
