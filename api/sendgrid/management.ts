import { Hono } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import type { Shared } from '../shared.ts'
import { sendGridBatches } from './batches.ts'
import { sendGridGroups } from './groups.ts'
import { sendGridScopes } from './scopes.ts'
import { sendGridSuppressions } from './suppressions.ts'
import { sendGridTemplates } from './templates.ts'

/** What SendGrid's SDKs find here besides `POST /v3/mail/send`. */
export function sendGridManagement(postern: Postern, shared: Shared): Hono<ApiEnv> {
  const { authenticate } = shared
  const app = new Hono<ApiEnv>()
  app.route('/', sendGridBatches(postern, authenticate))
  app.route('/', sendGridSuppressions(postern, authenticate))
  app.route('/', sendGridGroups(postern, authenticate))
  app.route('/', sendGridTemplates(postern, shared))
  app.route('/', sendGridScopes(authenticate))
  return app
}
