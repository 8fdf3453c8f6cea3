import type { SMTPServerDataStream } from 'smtp-server'
import type { Room, Stay } from '../mail/ports/room.ts'
import { mostContentBytes } from '../mail/request/email-request.ts'
import { SmtpRefusal, tooLarge, tooMuch } from './refusal.ts'

/** An email as it came, and the room that it takes until it is dealt with. */
interface Collected {
  readonly mime: Buffer
  readonly stay: Stay
}

/** Who sends, and how much it said that it would be, by SIZE (RFC 1870); 0 when it did not. */
interface Sending {
  readonly holder: string
  readonly announced: number
}

/**
 * Reads an email up to its final dot, as long as there is room for it.
 *
 * @throws SmtpRefusal when it is too large or there is no room: after the final dot, because the
 * answer comes there; what is refused takes no room
 */
export async function collect(
  stream: SMTPServerDataStream,
  room: Room,
  { holder, announced }: Sending,
): Promise<Collected> {
  const stay = room.enter(holder, announced)
  const chunks: Buffer[] = []
  let size = 0
  let refusal = stay ? undefined : tooMuch()
  const refuse = (why: SmtpRefusal) => {
    refusal = why
    chunks.length = 0
    stay?.leave()
  }
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (refusal) continue
      const beyond = size + chunk.length - Math.max(size, announced)
      size += chunk.length
      if (size > mostContentBytes) refuse(tooLarge(mostContentBytes))
      else if (beyond > 0 && !stay!.more(beyond)) refuse(tooMuch())
      else chunks.push(chunk)
    }
  } catch {
    refuse(new SmtpRefusal(451, '4.4.2', 'the connection ended before the email did'))
  }
  if (refusal) throw refusal
  return { mime: Buffer.concat(chunks), stay: stay! }
}
