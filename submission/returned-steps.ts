import type { SMTPServerDataStream } from 'smtp-server'
import { comparisonKey, domainOf } from '../mail/email/address.ts'
import type { Room } from '../mail/ports/room.ts'
import { provenEmail, takeReturned, type Receiving } from '../mail/report/take-returned.ts'
import { tokenIn } from '../mail/email/token.ts'
import { sizeOf } from './announced-size.ts'
import { SmtpRefusal, tooLarge, tooMuch } from './refusal.ts'
import type { SmtpSteps } from './session.ts'

/** What comes back holds a header, or an email of usual size; in bytes. */
export const mostReturnedBytes = 1_000_000

/** A bounce comes to one address: a second one is asked for once more, by itself. */
export const mostReturnedRecipients = 1

/** All strangers together are one holder of memory. */
const holder = 'returned email'

interface ReturnedDoor extends Receiving {
  readonly room: Room
  /** Takes the reason why nothing came of what was handed in. */
  readonly refused: (reason: string) => void
}

/**
 * The steps of the door for the bounce domain. It takes email for addresses that Postern itself
 * signed and for no other, so it relays nothing; and it answers in the dialogue and sends nothing,
 * so what is forged here comes back to no one.
 */
export function returnedSteps(door: ReturnedDoor): SmtpSteps {
  const { inForce, room, refused } = door
  return {
    logIn: () => Promise.reject(new SmtpRefusal(502, '5.5.1', 'there is no login here')),
    async begin(from) {
      if (sizeOf(from) > mostReturnedBytes) throw tooLarge(mostReturnedBytes)
    },
    async addRecipient({ address }) {
      const { settings } = await inForce.current()
      const { bounceDomain } = settings.feedback
      const isHere = bounceDomain !== null && domainOf(comparisonKey(address)) === bounceDomain
      if (!isHere) throw new SmtpRefusal(554, '5.7.1', 'relaying denied')
      const token = tokenIn(address)
      if (token && (await provenEmail(door, [token]))) return
      refused('it came to an address that Postern did not sign')
      throw new SmtpRefusal(550, '5.1.1', 'no such address here')
    },
    async take(stream, { envelope }) {
      const returnedTo = envelope.rcptTo.map(({ address }) => address)
      const stay = room.enter(holder, mostReturnedBytes)
      try {
        const bytes = await wholeOf(stream, stay !== undefined)
        const received = await takeReturned(door, { bytes, returnedTo })
        if (received.kind === 'kept') refused(received.reason)
        return '2.0.0 taken'
      } finally {
        stay?.leave()
      }
    },
  }
}

/** Reads to the end whatever the answer is: it comes behind the final dot. */
async function wholeOf(stream: SMTPServerDataStream, hasRoom: boolean): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (hasRoom && size <= mostReturnedBytes) chunks.push(chunk)
  }
  if (size > mostReturnedBytes) throw tooLarge(mostReturnedBytes)
  if (!hasRoom) throw tooMuch()
  return Buffer.concat(chunks)
}
