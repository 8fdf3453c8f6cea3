import type * as Answers from '../../api/openapi/answers.ts'

/* The answers of the API, as the console reads them. */

export type {
  AuditItem,
  CaptureChecks,
  CaptureDetail,
  CapturedEmail,
  CaptureList,
  CaptureSummary,
  DeadLetter,
  EmailDetail,
  EmailEvents,
  EmailSummary,
  EventItem,
  EventPage,
  Imported,
  KeyItem,
  List,
  PausedLane,
  ProjectItem,
  QueueDepth,
  QueueView,
  SenderItem,
  Stats,
  StrayItem,
  SuppressionDetail,
  SuppressionSummary,
  TemplateDetail,
  TemplatePreview,
  TemplateSummary,
  TemplateVersionItem,
  TimelineEntry,
  WebhookAttempt,
  WebhookEvent,
  WebhookSummary,
} from '../../api/openapi/answers.ts'

/** What it says to a person who is signed in. */
export interface Health extends Required<Omit<Answers.Health, HostTrouble>> {
  readonly mailer: Answers.Health['mailer'] & Required<Pick<Mailer, 'engine' | 'trouble'>>
  readonly storage?: string
  readonly mailbox?: string
  readonly templates?: Answers.Health['templates']
}

type HostTrouble = 'storage' | 'mailbox' | 'templates'

type Mailer = Answers.Health['mailer']
