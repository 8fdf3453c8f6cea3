import { remoteText } from '../../mail/email/outcome.ts'
import type { Outcome, RefusedRecipient } from '../../mail/email/outcome.ts'
import { blameOf } from './blame.ts'
import { content } from './dialogue.ts'
import type { Dialogue, CommandAndReply, Reply } from './dialogue.ts'
import { oneLine } from './one-line.ts'

/** All that is known of one try, when it is over. */
interface Evidence {
  readonly dialogue: Pick<Dialogue, 'exchanges' | 'outOfStep'>
  readonly recipients: readonly string[]
  /** The whole content was handed on, so the final dot may have left. */
  readonly dotMayHaveLeft: boolean
  /** What ended it, if not a reply. */
  readonly loss?: string
}

/**
 * What a try came to, read off what was said. A complete reply decides by its code; without one
 * everything depends on whether the final dot may have left (RFC 5321 section 4.5.3.2.6,
 * RFC 1047). A reply that does not belong there is never taken for an answer.
 */
export function judge(evidence: Evidence): Outcome {
  const { exchanges } = evidence.dialogue
  const reply = replyTo(exchanges, content)
  const outOfStep = isOutOfStep(evidence.dialogue)
  if (evidence.dotMayHaveLeft) return ofContent(evidence, outOfStep ? undefined : reply)
  if (outOfStep) return deferred('the server sent an answer to no command')
  const closing = exchanges.find((exchange) => exchange.reply?.code === 421)?.reply
  if (closing) return ofRefusal(closing)
  return reply ? ofEarlyReply(reply) : ofEnvelope(evidence)
}

/** RSET is never answered with a go-ahead: that was the late answer to DATA. */
function isOutOfStep({ outOfStep, exchanges }: Evidence['dialogue']): boolean {
  const reset = replyTo(exchanges, 'RSET')
  return outOfStep || (reset !== undefined && isGoAhead(reset))
}

function ofContent(evidence: Evidence, reply: Reply | undefined): Outcome {
  const refused = refusalsOf(evidence)
  const others = refused.length > 0 ? { refused } : {}
  if (reply && isYes(reply)) {
    const reason = wordsOf(reply)
    return { kind: 'sent', ...remoteIdOf(reason), reason, ...others }
  }
  if (reply && isNo(reply)) return { ...ofRefusal(reply), ...others }
  const reason = evidence.loss ?? 'the server gave no clear answer to the content'
  return { kind: 'ambiguous', reason, ...others }
}

/** A refusal before the end is one. A yes before the end is out of step: there was no dot. */
function ofEarlyReply(reply: Reply): Outcome {
  if (isNo(reply)) return ofRefusal(reply)
  return deferred(`answered before the end of the content: ${wordsOf(reply)}`)
}

function ofEnvelope(evidence: Evidence): Outcome {
  const { exchanges } = evidence.dialogue
  const mail = replyTo(exchanges, 'MAIL')
  const data = replyTo(exchanges, 'DATA')
  const lost = deferred(evidence.loss ?? 'the server gave no clear answer')
  if (!mail) return lost
  if (!isYes(mail)) return ofRefusal(mail)
  const recipients = exchanges.filter(({ command }) => command.startsWith('RCPT '))
  const refusals = recipients.flatMap(({ reply }) => (reply && isNo(reply) ? reply : []))
  const barred = refusals.find((reply) => blameOf(reply) === 'engine')
  if (barred) return ofRefusal(barred)
  const refused = refusalsOf(evidence)
  if (refused.length === evidence.recipients.length) return ofAllRefused(refusals, refused)
  if (!data || !isNo(data)) return lost
  return { ...ofRefusal(data), ...(refused.length > 0 && { refused }) }
}

/** Words about us at every recipient are no words about them. */
function ofAllRefused(refusals: readonly Reply[], refused: readonly RefusedRecipient[]): Outcome {
  const isAboutUs = refusals.length === refused.length && !refusals.some(isAboutEmail)
  if (isAboutUs && refusals[0]) return ofRefusal(refusals[0])
  const first = refused.find(({ kind }) => kind === 'deferred') ?? refused[0]
  return { kind: first?.kind ?? 'rejected', reason: first?.reason ?? '', refused }
}

/** Recipients that were answered with a no, one by one, in the order of the envelope. */
function refusalsOf({ dialogue, recipients }: Evidence): RefusedRecipient[] {
  const exchanges = dialogue.exchanges.filter(({ command }) => command.startsWith('RCPT '))
  return recipients.flatMap((address, i) => {
    const reply = exchanges[i]?.reply
    if (!reply || isYes(reply)) return []
    const kind = isForGood(reply) ? 'rejected' : 'deferred'
    return { address, kind, reason: wordsOf(reply), ...(isTooMany(reply) && { atOnce: true }) }
  })
}

/** RFC 5321 section 4.5.3.1.10: 552 for one recipient too many is as good as 452. */
function isForGood(reply: Reply): boolean {
  return reply.code >= 500 && reply.code !== 552 && isAboutEmail(reply) && !isTooMany(reply)
}

/** X.5.3 of RFC 3463, or the code of RFC 5321 where no status says that a mailbox or disk is full. */
function isTooMany(reply: Reply): boolean {
  const text = oneLine(reply.text)
  return /^\d{3} [245]\.5\.3\b/.test(text) || /^[45]52 (?![245]\.\d)/.test(text)
}

/**
 * A complete no. What speaks of us blocks; else 4yz passes, and 5yz is for good, but for the codes
 * that speak of the session: unknown, unsupported or misplaced commands.
 */
function ofRefusal(reply: Reply): Outcome {
  const reason = wordsOf(reply)
  const blame = blameOf(reply)
  if (blame !== 'email')
    return { kind: 'blocked', reason, ...(blame === 'doubtful' && { doubtful: true }) }
  const passes = reply.code < 500 || [500, 502, 503].includes(reply.code)
  return passes ? deferred(reason) : { kind: 'rejected', reason }
}

function isAboutEmail(reply: Reply): boolean {
  return blameOf(reply) === 'email'
}

export function isYes({ code }: Reply): boolean {
  return code >= 200 && code < 300
}

function isGoAhead({ code }: Reply): boolean {
  return code >= 300 && code < 400
}

export function isNo({ code }: Reply): boolean {
  return code >= 400
}

export function replyTo(exchanges: readonly CommandAndReply[], verb: string): Reply | undefined {
  return exchanges.find(({ command }) => command.startsWith(verb))?.reply
}

function deferred(reason: string): Outcome {
  return { kind: 'deferred', reason }
}

function wordsOf(reply: Reply): string {
  return remoteText(oneLine(reply.text))
}

/** The server's own name for the email, as Postfix, Exim and SES tell it. */
function remoteIdOf(reason: string) {
  const id = remoteIds.map((pattern) => pattern.exec(reason)?.[1]).find((found) => found)
  return id ? { remoteId: id } : {}
}

const remoteIds = [/\bqueued as ([\w.-]+)/i, /\bid=([\w.-]+)/i, /^250 Ok ([0-9a-f-]{20,})$/i]
