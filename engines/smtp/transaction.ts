import { isAscii } from 'node:buffer'
import type { Readable } from 'node:stream'
import { needsSmtpUtf8 } from '../../mail/address.ts'
import type { Envelope } from '../../mail/email.ts'
import type { Outcome } from '../../mail/outcome.ts'
import { bodyOf } from './body.ts'
import { EnvelopeError, isOnTheWire } from './envelope.ts'
import { isNo, judge, replyTo } from './judge.ts'
import type { Offers } from './offers.ts'
import type { Session } from './session.ts'

/** What is sent: exactly these bytes to exactly these people. */
export interface Letter {
  readonly envelope: Envelope
  readonly bytes: Uint8Array
}

/**
 * Tries one email on a session, once. Undefined: a session that was used before turned out dead
 * before the server had answered MAIL, so nothing of this email was tried yet.
 * Afterwards the session is ready for the next email, or destroyed.
 */
export async function transact(
  session: Session,
  letter: Letter,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const misfit = misfitOf(letter, session.offers)
  if (misfit) return { kind: 'rejected', reason: misfit }
  const fresh = session.used++ === 0
  session.dialogue.begin()
  let dotMayHaveLeft = false
  const body = bodyOf(letter.bytes, () => letGo(session, letter.envelope))
  body.once('end', () => (dotMayHaveLeft = true))
  const loss = await hand(session, letter, body, signal)
  if (!fresh && !signal.aborted && isStale(session)) return void session.destroy()
  if (!dotMayHaveLeft) await stepBack(session, signal)
  const recipients = letter.envelope.to
  return judge({ dialogue: session.dialogue, recipients, dotMayHaveLeft, loss })
}

/** Why this server can never take this email, known before a word is said. */
function misfitOf({ envelope, bytes }: Letter, { size, utf8 }: Offers): string | undefined {
  if (size > 0 && bytes.length > size)
    return `the email has ${bytes.length} bytes, the server takes ${size} at most (SIZE)`
  if (!utf8 && [envelope.from, ...envelope.to].some(needsSmtpUtf8))
    return 'an address has characters beyond ASCII, and the server does not take those (SMTPUTF8)'
  return undefined
}

/** Runs right before the first byte of content: the last moment to stop without a trace. */
function letGo({ dialogue }: Session, envelope: Envelope): Error | undefined {
  // nodemailer takes any 2yz or 3yz for a go-ahead; only 354 is one (RFC 5321 section 4.3.2).
  if (dialogue.outOfStep || dialogue.exchanges.at(-1)?.reply?.code !== 354)
    return new Error('the server did not ask for the content')
  if (!isOnTheWire(envelope, dialogue.exchanges)) return new EnvelopeError()
  dialogue.expectFinalReply()
  return undefined
}

/** The reason why there was no yes at the end, if so. */
async function hand(session: Session, letter: Letter, body: Readable, signal: AbortSignal) {
  const { envelope, bytes } = letter
  const use8BitMime = !isAscii(bytes)
  const to = [...envelope.to]
  try {
    await session.ask(signal, (done) =>
      session.smtp.send({ from: envelope.from, to, size: bytes.length, use8BitMime }, body, done),
    )
    return undefined
  } catch (error) {
    if (!(error instanceof EnvelopeError)) return (error as Error).message
    session.destroy()
    throw error
  }
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
  const { dialogue, smtp } = session
  const data = replyTo(dialogue.exchanges, 'DATA')
  if (dialogue.outOfStep || (data && !isNo(data))) return session.destroy()
  if (!session.alive) return
  await session.ask<boolean>(signal, (done) => smtp.reset(done)).catch(() => session.destroy())
}
