import { Hono } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import type { Shared } from '../shared.ts'
import { resendApiKeys } from './api-keys.ts'
import { resendDomains } from './domains.ts'
import { resendSuppressions } from './suppressions.ts'
import { resendTemplates } from './templates.ts'
import { resendWebhooks } from './webhooks.ts'

/** What Resend's SDKs find here besides emails. */
export function resendManagement(
  postern: Postern,
  shared: Shared,
  { keepFirstKey }: { readonly keepFirstKey?: (token: string) => void },
): Hono<ApiEnv> {
  const { authenticate } = shared
  const app = new Hono<ApiEnv>()
  app.route('/', resendDomains(postern, authenticate))
  app.route('/', resendSuppressions(postern, authenticate))
  app.route('/', resendTemplates(postern, shared))
  app.route('/', resendWebhooks(postern, authenticate))
  app.route('/', resendApiKeys(postern, authenticate, keepFirstKey))
  return app
}
