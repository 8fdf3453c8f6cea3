import type { Scope } from '../email/project.ts'
import type { QueueDepth } from '../ports/queue.ts'
import type { Postern } from '../ports/postern.ts'
import type { SettingsFault } from '../settings/layers.ts'
import type { PausedLane } from '../settings/paused-lanes.ts'
import type { HostFacts } from './facts.ts'
import { pausedFor } from './queue-view.ts'
import { sendersInTrouble, type SenderView } from './senders.ts'
import { disabledWebhooks, type DisabledWebhook } from './webhooks.ts'
import { mailerStanding, type MailerStanding } from '../configure/verify.ts'

/** What an administrator asks first: does mail work, and is anything waiting? */
interface Health {
  /** `ok`, or `degraded` when something needs attention. */
  readonly status: 'ok' | 'degraded'
  readonly mailer: MailerStanding
  readonly queue: QueueDepth
  readonly settings: { readonly version: string; readonly faults: readonly SettingsFault[] }
  /** What a person has paused. */
  readonly paused: readonly PausedLane[]
  /** Senders that are warned of, or whose bulk email is held back. */
  readonly senders: readonly SenderView[]
  /** Endpoints that are told nothing any more, because they failed. */
  readonly webhooks: readonly DisabledWebhook[]
  /** Why no email can be kept, if so. */
  readonly storage?: string
  /** How much feedback nothing came of since the process began: forged, damaged, too old. */
  readonly refusedFeedback?: number
  /** What is wrong with the files of templates. */
  readonly templates?: readonly string[]
  /** Why returned email cannot be read from its mailbox, if so. */
  readonly mailbox?: string
}

export async function health(
  postern: Postern,
  scope: Scope,
  { storage, mailbox, templates, refusedFeedback }: HostFacts,
): Promise<Health> {
  const [inForce, mailer, queue, senders, webhooks] = await Promise.all([
    postern.inForce.current(),
    mailerStanding(postern),
    postern.queue.depth(postern.clock.now(), scope),
    sendersInTrouble(postern, scope),
    disabledWebhooks(postern, scope),
  ])
  const { version, faults } = inForce
  const paused = pausedFor(scope, inForce.settings)
  const isIdle = queue.held === 0 && queue.deadLetters === 0
  const trouble = {
    ...(storage && { storage }),
    ...(mailbox && { mailbox }),
    ...(templates && { templates }),
  }
  const isWell = Object.keys(trouble).length === 0
  const inTrouble = [...paused, ...senders, ...webhooks]
  const calm = isIdle && inTrouble.length === 0 && isWell
  const status = mailer.valid && !mailer.reason && calm ? 'ok' : 'degraded'
  const settings = { version, faults }
  const refused = refusedFeedback === undefined ? {} : { refusedFeedback }
  return { status, mailer, queue, paused, senders, webhooks, settings, ...trouble, ...refused }
}
