import { Hono } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import { needs, type ApiEnv } from '../access/auth.ts'
import type { Shared } from '../shared.ts'
import { withBasic } from './door.ts'
import { mailpitInfo } from './info.ts'
import { mailpitMessages } from './messages.ts'
import { mailpitMessage } from './one.ts'
import { mailpitRelease } from './release.ts'
import { mailpitSend } from './send.ts'
import { mailpitTags } from './tags.ts'
import { mailpitView } from './view.ts'

/** All that helpers of test suites who know Mailpit find here, over captures. */
export function mailpitSurface(
  postern: Postern,
  { authenticate }: Shared,
  { version }: { readonly version: string },
): Hono<ApiEnv> {
  const door = withBasic(postern, authenticate)
  const app = new Hono<ApiEnv>()
  // Watched without a key, as by testcontainers.
  for (const path of ['/livez', '/readyz']) app.get(path, (c) => c.text('ok'))
  app.use('/api/v1/send', needs('sending_access', door))
  app.route('/', mailpitSend(postern))
  app.use('/api/*', needs('full_access', door))
  app.use('/view/*', needs('full_access', door))
  for (const part of [mailpitMessages, mailpitMessage, mailpitTags, mailpitRelease, mailpitView])
    app.route('/', part(postern))
  app.route('/', mailpitInfo(postern, version))
  return app
}
