import { Hono } from 'hono'
import type { Postern } from '../mail/ports/postern.ts'
import { needs, type ApiEnv } from './access/auth.ts'
import { waiting } from './captured/waiting.ts'
import type { Shared } from './shared.ts'
import { maildevRoutes } from './maildev/routes.ts'
import { mailhogRoutes } from './mailhog/routes.ts'
import { mailpitChaos } from './mailpit/chaos.ts'
import { mailpitChecks } from './mailpit/checks.ts'
import { withBasic } from './mailpit/door.ts'
import { mailpitInfo } from './mailpit/info.ts'
import { mailpitMessages } from './mailpit/messages.ts'
import { mailpitMessage } from './mailpit/one.ts'
import { mailpitRelease } from './mailpit/release.ts'
import { mailpitSend } from './mailpit/send.ts'
import { mailpitTags } from './mailpit/tags.ts'
import { mailpitView } from './mailpit/view.ts'
import type { V1Options } from './v1/surface.ts'

/** The inbox that test suites know: what helpers for Mailpit, MailHog and MailDev find of captures. */
export function inboxSurface(
  postern: Postern,
  { authenticate, waits }: Shared,
  { version, judgeSpam }: Pick<V1Options, 'version' | 'judgeSpam'>,
): Hono<ApiEnv> {
  const door = withBasic(postern, authenticate)
  const wait = waiting(postern, waits)
  const app = new Hono<ApiEnv>()
  // Watched without a key, as by testcontainers.
  for (const path of ['/healthz', '/api/healthz']) app.get(path, (c) => c.json(true))
  app.use('/api/v1/send', needs('sending_access', door))
  app.route('/', mailpitSend(postern))
  for (const path of ['/api/*', '/view/*', '/email/*']) app.use(path, needs('full_access', door))
  const parts = [mailpitMessages, mailpitMessage, mailpitTags, mailpitRelease, mailpitView]
  for (const part of [...parts, mailpitChaos, mailhogRoutes]) app.route('/', part(postern, wait))
  app.route('/', mailpitChecks(postern, judgeSpam))
  // As MailDev 2 has them, and MailDev 3.
  for (const path of ['/email', '/api/email']) app.route(path, maildevRoutes(postern, wait))
  app.route('/', mailpitInfo(postern, version))
  return app
}
