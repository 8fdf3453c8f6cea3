import { isAscii } from 'node:buffer'
import { needsSmtpUtf8 } from '../../mail/email/address.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import { fitFor, type MailObject, type Unsigned } from './fit.ts'
import { isNo, isYes, judge, replyTo } from './judge.ts'
import { reportOnEmail, reportOnRecipient } from './report-wish.ts'
import type { Offers } from './offers.ts'
import { pour } from './pour.ts'
import type { Session } from './session.ts'

/**
 * Tries one email on a session, once. Undefined: a session that was used before turned out dead
 * before the server had answered MAIL, so nothing of this email was tried yet.
 * Afterwards the session is ready for the next email, or destroyed.
 */
export async function transact(
  session: Session,
  unsigned: Unsigned,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const email = await fitFor(unsigned, session.offers)
  if ('reason' in email) return { kind: 'rejected', elsewhere: true, reason: email.reason }
  const fresh = session.used++ === 0
  const { dialogue } = session
  dialogue.begin()
  const { dotMayHaveLeft, loss } = await hand(session, email, signal)
  if (!fresh && !signal.aborted && isStale(session)) return void session.destroy()
  if (!dotMayHaveLeft) await stepBack(session, signal)
  else if (dialogue.outOfStep) session.destroy()
  return judge({ dialogue, recipients: email.envelope.to, dotMayHaveLeft, loss })
}

/** How far it got, and what ended it if not a reply. */
interface Handed {
  readonly dotMayHaveLeft: boolean
  readonly loss?: string
}

async function hand(session: Session, email: MailObject, signal: AbortSignal): Promise<Handed> {
  let dotMayHaveLeft = false
  try {
    await offer(session, email, signal)
    if (!asksForContent(session)) return { dotMayHaveLeft, loss: notAsked }
    await pour(session, email.bytes, signal, () => (dotMayHaveLeft = true))
    return { dotMayHaveLeft }
  } catch (error) {
    return { dotMayHaveLeft, loss: (error as Error).message }
  }
}

/** Why the content stayed here, unless a reply says it better. */
const notAsked = 'the server did not ask for the content'

/** Says the envelope and DATA, and waits for the answers: at the end, or after each command. */
async function offer(session: Session, email: MailObject, signal: AbortSignal) {
  const { envelope } = email
  const mail = `MAIL FROM:<${envelope.from}>${parametersOf(email, session.offers)}`
  const recipients = envelope.to.map(
    (address) => `RCPT TO:<${address}>${reportOnRecipient(email, session.offers, address)}`,
  )
  if (session.offers.pipelining) {
    session.say(mail, ...recipients, 'DATA')
    return session.answers(signal)
  }
  for (const command of [mail, ...recipients, 'DATA']) {
    if (command === 'DATA' && !isAnyoneAccepted(session)) return
    session.say(command)
    await session.answers(signal)
    if (session.dialogue.outOfStep || (command === mail && !isSenderAccepted(session))) return
  }
}

function parametersOf(email: MailObject, offers: Offers): string {
  const { envelope, bytes } = email
  const { utf8, eightBit, sizes } = offers
  const addresses = [envelope.from, ...envelope.to]
  return [
    utf8 && addresses.some(needsSmtpUtf8) && ' SMTPUTF8',
    eightBit && !isAscii(bytes) && ' BODY=8BITMIME',
    sizes && ` SIZE=${bytes.length}`,
  ]
    .filter((parameter) => parameter !== false)
    .concat(reportOnEmail(email, offers))
    .join('')
}

function isSenderAccepted({ dialogue }: Session): boolean {
  const reply = replyTo(dialogue.exchanges, 'MAIL ')
  return reply !== undefined && isYes(reply)
}

function isAnyoneAccepted({ dialogue }: Session): boolean {
  return dialogue.exchanges.some(
    ({ command, reply }) => command.startsWith('RCPT ') && reply && isYes(reply),
  )
}

/** Only 354 asks for it (RFC 5321 section 4.3.2); and after a no to all it must not go. */
function asksForContent(session: Session): boolean {
  const { outOfStep, exchanges } = session.dialogue
  const isAsked = !outOfStep && replyTo(exchanges, 'DATA')?.code === 354
  return isAsked && isSenderAccepted(session) && isAnyoneAccepted(session)
}

/** Nothing but a goodbye was heard: the server had ended the idle connection. */
function isStale({ dialogue }: Session): boolean {
  return dialogue.exchanges.every(({ reply }) => !reply || reply.code === 421)
}

/**
 * Takes a refused email back, so that the connection is fit for the next one, and so that a
 * reply that came too much shows: the late answer to DATA would then answer RSET. A server that
 * waits for content, or got a part of it, cannot be asked any more.
 */
async function stepBack(session: Session, signal: AbortSignal) {
  const { dialogue } = session
  const data = replyTo(dialogue.exchanges, 'DATA')
  if (dialogue.outOfStep || (data && !isNo(data))) return session.destroy()
  if (!session.alive) return
  session.say('RSET')
  await session.answers(signal).catch(() => undefined)
  const reset = replyTo(dialogue.exchanges, 'RSET')
  if (dialogue.outOfStep || !reset || !isYes(reset)) session.destroy()
}
