import { accept, type Acceptance } from '../accept/accept.ts'
import type { Caller } from '../keys/caller.ts'
import type { Mailbox } from '../email/address.ts'
import type { EmailRequest } from '../request/email-request.ts'
import type { Fault } from '../request/fault.ts'
import type { Email, UsedTemplate } from '../email/email.ts'
import { allProjects } from '../email/project.ts'
import type { Postern } from '../ports/postern.ts'
import { noDefaultSender } from '../settings/from-policy.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'

export interface TestWish {
  /** The configured From address unless given. */
  readonly to?: Mailbox
  /** What it says; a plain sentence unless given. */
  readonly words?: TestWords
}

/** What a test email says, and the template that was made from. */
export interface TestWords {
  readonly subject: string
  readonly html?: string
  readonly text?: string
  readonly template: UsedTemplate
}

export type TestEmail =
  | Exclude<Acceptance, { kind: 'accepted' }>
  /** What became of it until now: settled, or still waiting with the reason. */
  | { readonly kind: 'sent'; readonly email: Email; readonly reason?: string }

/** Longest to wait for the outcome, in milliseconds: an HTTP API gives up after 30 s. */
const patienceMs = 25_000
const lookEveryMs = 100

/**
 * Sends an email through the whole pipeline, as any application's, and waits for what becomes of
 * it: a test that takes a shortcut only tests the shortcut.
 */
export async function sendTestEmail(
  postern: Postern,
  wish: TestWish,
  caller: Caller,
  signal: AbortSignal,
): Promise<TestEmail> {
  const { settings } = await postern.inForce.refresh()
  const asked = testRequest(wish, settings)
  if (asked.kind === 'invalid') return asked
  const patience = postern.clock.now() + patienceMs
  const accepted = await accept(postern, () => asked, caller)
  if (accepted.kind !== 'accepted') return accepted
  const email = await outcomeOf(postern, accepted.id, patience, signal)
  const reason = email.lastReason ?? (await pauseReason(postern, settings))
  return { kind: 'sent', email, ...(reason && { reason }) }
}

type TestRequest =
  | { readonly kind: 'request'; readonly request: EmailRequest }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] }

/** The email that tests these settings. */
export function testRequest({ to, words }: TestWish, settings: Settings): TestRequest {
  const own = settings.from.address
  const recipient = to ?? (own ? { address: own } : undefined)
  if (!recipient) {
    const rule = `is required: ${noDefaultSender}`
    return { kind: 'invalid', faults: [{ field: 'to', rule, kind: 'missing' }] }
  }
  const request = {
    from: {},
    to: [recipient],
    cc: [],
    bcc: [],
    stream: 'transactional' as const,
    replyTo: [],
    tags: [],
    ...contentOf(words ?? plainWords(settings)),
  }
  return { kind: 'request', request }
}

function plainWords(settings: Settings): Omit<TestWords, 'template'> {
  const text = `If you read this, Postern's engine "${enginesOf(settings).join(', ')}" works.`
  return { subject: 'Test email from Postern', text }
}

function contentOf({ subject, template, ...bodies }: Partial<TestWords> & { subject: string }) {
  const content = { kind: 'structured', ...bodies, headers: {}, attachments: [] } as const
  return { subject, content, ...(template && { template }) }
}

/** The record after the first attempt, or when patience ends without one. */
async function outcomeOf({ emails, clock }: Postern, id: string, end: number, signal: AbortSignal) {
  for (;;) {
    const email = await emails.get(id, allProjects)
    if (!email) throw new Error('the test email has no record')
    const tried = email.timeline.some(({ what }) => what === 'attempt')
    if ((tried && email.state !== 'sending') || signal.aborted || clock.now() >= end) return email
    await clock.until(Math.min(clock.now() + lookEveryMs, end), signal)
  }
}

async function pauseReason({ standing }: Postern, settings: Settings) {
  const [first] = enginesOf(settings)
  return first && (await standing.read(first)).reason
}
