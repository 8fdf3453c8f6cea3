import type { Audit } from './audit.ts'
import type { Blobs } from './blobs.ts'
import type { Captures } from './captures.ts'
import type { Clock } from './clock.ts'
import type { Commit } from './commit.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Emails } from './emails.ts'
import type { Erasure } from './erasure.ts'
import type { Events } from './events.ts'
import type { Groups } from './groups.ts'
import type { Idempotency } from './idempotency.ts'
import type { Intake } from './intake.ts'
import type { Keys } from './keys.ts'
import type { LinkKeys } from './link-keys.ts'
import type { Notices } from './notices.ts'
import type { Queue } from './queue.ts'
import type { Sessions } from './sessions.ts'
import type { Reputation } from './reputation.ts'
import type { SettingsStore } from './settings-store.ts'
import type { Signals } from './signals.ts'
import type { Standing } from './standing.ts'
import type { Stats } from './stats.ts'
import type { Strays } from './strays.ts'
import type { Suppressions } from './suppressions.ts'
import type { Templates } from './templates.ts'
import type { Uploads } from './uploads.ts'
import type { Web } from './web.ts'
import type { Webhooks } from './webhooks.ts'

/**
 * What Postern needs from the place it runs in. Each driver passes the suite of its port in
 * `test/conformance`. A driver that cannot do something throws; it never silently does nothing.
 * A promise that resolves means: durable, it survives `kill -9` and a power cut.
 */
export interface Backend {
  readonly intake: Intake
  readonly emails: Emails
  readonly events: Events
  readonly erasure: Erasure
  readonly idempotency: Idempotency
  readonly audit: Audit
  readonly keys: Keys
  readonly sessions: Sessions
  readonly groups: Groups
  readonly queue: Queue
  readonly deadLetters: DeadLetters
  readonly blobs: Blobs
  readonly captures: Captures
  readonly settings: SettingsStore
  readonly reputation: Reputation
  readonly signals: Signals
  readonly standing: Standing
  readonly stats: Stats
  readonly strays: Strays
  readonly suppressions: Suppressions
  readonly linkKeys: LinkKeys
  readonly templates: Templates
  readonly uploads: Uploads
  readonly webhooks: Webhooks
  readonly notices: Notices
  readonly web: Web
  readonly commit: Commit
  readonly clock: Clock
}
