import { Hono } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { countTags } from './tags.ts'

/** What Mailpit says of itself. What Postern does not count is 0. */
export function mailpitInfo(postern: Postern, version: string): Hono<ApiEnv> {
  const since = postern.clock.now()
  return new Hono<ApiEnv>()
    .get('/api/v1/info', async (c) => {
      const { scope } = c.var.caller
      const { total, unread } = await postern.captures.count(scope)
      return c.json({
        Version: version,
        LatestVersion: version,
        Database: 'Postern',
        DatabaseSize: 0,
        Messages: total,
        Unread: unread,
        Tags: await countTags(postern, scope),
        RuntimeStats: {
          Uptime: Math.trunc((postern.clock.now() - since) / 1_000),
          Memory: 0,
          MessagesDeleted: 0,
          ...{ SMTPAccepted: 0, SMTPAcceptedSize: 0, SMTPRejected: 0, SMTPIgnored: 0 },
        },
      })
    })
    .get('/api/v1/webui', (c) =>
      c.json({
        Label: 'Postern',
        MessageRelay: noRelay,
        SpamAssassin: false,
        ChaosEnabled: false,
        DuplicatesIgnored: true,
      }),
    )
}

/** A message is released by Postern's engines, where the settings let it. */
const noRelay = {
  Enabled: false,
  SMTPServer: '',
  ReturnPath: '',
  AllowedRecipients: '',
  BlockedRecipients: '',
  OverrideFrom: '',
  PreserveMessageIDs: false,
}
