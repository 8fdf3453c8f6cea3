import { createHmac, timingSafeEqual } from 'node:crypto'
import { createdAtOf } from '../../../mail/email/id.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { FindMessageKey, MessageKey } from './message-key.ts'
import {
  type Claim,
  format,
  parseMessage,
  writeMessage,
  type OwnMessage,
  type ParsedMessage,
} from './messages.ts'

/** What one queue message is, once it is known who wrote it. */
export type QueueMessage =
  | OwnMessage
  | Exclude<ParsedMessage, { kind: 'own' }>
  /** It says it is Postern's, and is not: an application has put it there. */
  | { readonly kind: 'unproven' }
  /** To be left to newer functions. */
  | { readonly kind: 'newer'; readonly format: number }

/**
 * Messages that prove who wrote them. All who may put on the queue may say what `POST /emails` takes;
 * jobs, pointers and letters are believed only from the functions.
 */
export interface ProvenMessages {
  write(message: OwnMessage): Promise<string>
  /** @param sentAt when SQS took it, which no producer chooses; in milliseconds since the epoch */
  read(body: string, sentAt: number): Promise<QueueMessage>
}

/**
 * Functions of the version before prove nothing. What they put is believed when it is from before
 * the key was made, and for so long after, while a deployment replaces one function after the other.
 */
const replacingMs = 3_600_000

export function provenMessages(findKey: FindMessageKey, clock: Clock): ProvenMessages {
  /** One that looks false is judged by the key as it is now: it may have been made again. */
  async function isBelieved(claim: Claim, sentAt: number): Promise<boolean> {
    return (
      believes(await findKey(), claim, sentAt) ||
      believes(await findKey(clock.now()), claim, sentAt)
    )
  }

  return {
    async write(message) {
      const key = await findKey()
      return writeMessage(message, (text) => proofOf(text, key))
    },
    async read(body, sentAt) {
      const parsed = parseMessage(body)
      if (parsed.kind !== 'own') return parsed
      const { claim } = parsed
      if (!(await isBelieved(claim, sentAt))) return { kind: 'unproven' }
      if (typeof claim.format === 'number' && claim.format > format)
        return { kind: 'newer', format: claim.format }
      return claim.message ?? { kind: 'unreadable', reason: "the queue message is not Postern's" }
    },
  }
}

function believes(key: MessageKey, { text, proof, message }: Claim, sentAt: number): boolean {
  const isFromBefore = (time: number) => time < key.madeAt + replacingMs
  if (isFromBefore(sentAt)) return true
  if (typeof proof === 'string' && isEqual(proof, proofOf(text(), key))) return true
  // A schedule is as old as its email, and says no more than which that is.
  return message?.kind === 'due' && isFromBefore(createdAtOf(message.id))
}

function proofOf(text: string, { secret }: MessageKey): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

function isEqual(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}
