import { Hono } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv, Authenticate } from '../access/auth.ts'
import type { LinkKeeper } from '../access/signed-link.ts'
import type { FindTemplate } from '../templates/find.ts'
import { resendApiKeys } from './api-keys.ts'
import { resendAttachments } from './attachments.ts'
import { resendBatch } from './batch.ts'
import { resendDomains } from './domains.ts'
import { resendEmails } from './emails.ts'
import { resendOutOfScope } from './out-of-scope.ts'
import { resendSuppressions } from './suppressions.ts'
import { resendWebhooks } from './webhooks.ts'

interface ResendOptions {
  readonly links: LinkKeeper
  readonly find: FindTemplate
  readonly keepFirstKey?: (token: string) => void
}

/** Everything that Resend's SDKs find here. */
export function resendSurface(
  postern: Postern,
  authenticate: Authenticate,
  { links, find, keepFirstKey }: ResendOptions,
): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  // Names come before what takes the same part of a path for an id.
  app.route('/', resendOutOfScope())
  app.route('/', resendBatch(postern, authenticate, find))
  app.route('/', resendEmails(postern, authenticate, find))
  app.route('/', resendDomains(postern, authenticate))
  app.route('/', resendSuppressions(postern, authenticate))
  app.route('/', resendWebhooks(postern, authenticate))
  app.route('/', resendAttachments(postern, authenticate, links))
  app.route('/', resendApiKeys(postern, authenticate, keepFirstKey))
  return app
}
