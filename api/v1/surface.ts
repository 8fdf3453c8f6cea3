import { Hono } from 'hono'
import type { HostFacts } from '../../mail/doctor/facts.ts'
import type { JudgeSpam } from '../../mail/check/spam.ts'
import { sendWithCandidate } from '../../mail/doctor/test-candidate.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { forAllProjects, needs, type ApiEnv } from '../access/auth.ts'
import { waiting } from '../captured/waiting.ts'
import type { Shared } from '../shared.ts'
import type { FolderTemplates } from '../templates/find.ts'
import { testFinder } from '../templates/test-words.ts'
import { v1Audit } from './audit.ts'
import { v1Backup, type BackUp } from './backup.ts'
import { v1CaptureEvents, type Streaming } from './capture-events.ts'
import { v1CaptureChecks } from './capture-checks.ts'
import { v1Captures } from './captures.ts'
import { v1Doctor } from './doctor.ts'
import { v1Emails } from './emails.ts'
import { v1Erasures } from './erasures.ts'
import { v1Events } from './events.ts'
import { v1Feedback } from './feedback.ts'
import { v1Health } from './health.ts'
import { v1Pauses } from './pauses.ts'
import { v1Projects } from './projects.ts'
import { v1Queue } from './queue.ts'
import { v1RawEmail } from './raw-email.ts'
import { v1Senders } from './senders.ts'
import {
  v1SendGridFeedback,
  type OnRefusedFeedback,
  type ReadSendGridBatch,
} from './sendgrid-feedback.ts'
import { v1Session } from './session.ts'
import { v1Settings } from './settings.ts'
import { v1SettingsForm } from './settings-form.ts'
import { v1Stats } from './stats.ts'
import { v1SuppressionFiles } from './suppression-files.ts'
import { v1Suppressions } from './suppressions.ts'
import { v1Templates } from './templates.ts'
import { v1TestEmail, type SendWithCandidate } from './test-email.ts'
import { v1UnsubscribeKeys } from './unsubscribe-keys.ts'
import { v1Uploads } from './uploads.ts'
import { v1Webhooks } from './webhooks.ts'

/** What a host says of itself, or does in its own way. */
export interface V1Options extends Streaming {
  /** What the doctor and the health want to know of the host. */
  readonly hostFacts: () => Promise<HostFacts>
  /** Of Postern, shown by `/v1/health`. */
  readonly version: string
  /**
   * Where test emails go in: to the same Postern as all others unless given. A host whose queue may
   * be long gives one that does not let them wait.
   */
  readonly forTests?: Postern
  /** Sends a test email with settings that are not in force; here, unless another host has to. */
  readonly sendWithCandidate?: SendWithCandidate
  /** Reads what SendGrid tells; without it, that is not taken. */
  readonly readSendGridBatch?: ReadSendGridBatch
  /** Told why nothing came of feedback that was handed in: a host counts it. */
  readonly onRefusedFeedback?: OnRefusedFeedback
  /** Copies all that is kept, where the host can. */
  readonly backUp?: BackUp
  /** Asks SpamAssassin; without it, emails are not judged. */
  readonly judgeSpam?: JudgeSpam | undefined
  /** The templates that come with Postern: test emails are made from one. */
  readonly starterSet?: FolderTemplates
}

/** Postern's own surface. */
export function v1Surface(
  postern: Postern,
  { authenticate, links, library, waits }: Shared,
  options: V1Options,
): Hono<ApiEnv> {
  const { hostFacts, starterSet, readSendGridBatch: read } = options
  const { onRefusedFeedback: refused = () => undefined } = options
  const { forTests = postern, sendWithCandidate: sendTrial = sendWithCandidate } = options
  const app = new Hono<ApiEnv>().basePath('/v1')
  app.route('/', v1Health(postern, authenticate, options))
  app.route('/', v1Session(postern, authenticate))
  app.route('/', v1Uploads(postern, authenticate, links))
  app.route('/', v1RawEmail(postern, authenticate))
  if (read) app.route('/', v1SendGridFeedback(postern, authenticate, read, refused))
  app.use(needs('full_access', authenticate))
  app.use('/settings/*', forAllProjects)
  app.use('/doctor', forAllProjects)
  app.use('/feedback/*', forAllProjects)
  // Names come before what takes the same part of a path for an id.
  app.route('/', v1CaptureEvents(postern, options))
  app.route('/', v1Captures(postern, waiting(postern, waits)))
  app.route('/', v1CaptureChecks(postern, options.judgeSpam))
  for (const part of [
    v1Settings,
    v1SettingsForm,
    v1Projects,
    v1Stats,
    v1Emails,
    v1Events,
    v1Audit,
    v1Erasures,
    v1Queue,
    v1Pauses,
    v1Senders,
    v1SuppressionFiles,
    v1Suppressions,
    v1Webhooks,
    v1UnsubscribeKeys,
  ])
    app.route('/', part(postern))
  app.route('/', v1Templates(postern, library))
  app.route('/', v1TestEmail(forTests, sendTrial, testFinder(library.find, starterSet)))
  app.route('/', v1Feedback(postern, refused))
  app.route('/', v1Doctor(postern, hostFacts))
  app.route('/', v1Backup(options.backUp))
  return app
}
