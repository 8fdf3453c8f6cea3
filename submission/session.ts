import { domainToUnicode } from 'node:url'
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import type { Access } from '../mail/keys/gate.ts'
import { gate } from '../mail/keys/gate.ts'
import { accept } from '../mail/accept/accept.ts'
import { isCaptured, outOfReach } from '../mail/accept/reach.ts'
import type { Caller } from '../mail/keys/caller.ts'
import { comparisonKey, domainOf, parseAddress, isLocal } from '../mail/email/address.ts'
import { mostContentBytes } from '../mail/request/email-request.ts'
import type { Postern } from '../mail/ports/postern.ts'
import { readRawRequest, withReadSubject } from '../mail/request/raw-request.ts'
import { refusalOfAcceptance, refusalOfCaller, refusalOfFaults, SmtpRefusal } from './refusal.ts'

/** What a session asks for, step by step; every step throws SmtpRefusal. */
export interface SmtpSteps {
  /** @returns what the session is known by from now on */
  logIn(password: string): Promise<SmtpUser>
  /** MAIL FROM: whether the one who asks may send at all. */
  begin(session: SMTPServerSession): Promise<void>
  /** RCPT TO: whether it is an address that mail gets to, or one that is captured. */
  addRecipient(recipient: SMTPServerAddress, session: SMTPServerSession): Promise<void>
  /** DATA. @returns the words after 250; the email is durable then */
  take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string>
}

/** Who logged in; kept by the session. */
interface SmtpUser {
  readonly token: string
}

/** Contents in memory at a time, of all sessions; base64 and JSON need some times as much. */
const mostBytesInHand = 5 * mostContentBytes

/** The steps of submission, from the key to the accepted email; knows nothing of sockets. */
export function smtpSteps(postern: Postern, access: Access): SmtpSteps {
  const door = gate(postern, access)
  let bytesInHand = 0

  /** Asked for every email, so that a revoked key, or the first one that is made, counts. */
  async function callerOf({ token }: { token?: string }): Promise<Caller> {
    const admitted = await door.admit({ token })
    if (typeof admitted === 'string') throw refusalOfCaller(admitted)
    return admitted.caller
  }

  async function collect(stream: SMTPServerDataStream): Promise<Buffer> {
    const chunks: Buffer[] = []
    let size = 0
    let refusal: SmtpRefusal | undefined
    try {
      // What is too much is still read, because the answer comes after the final dot.
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length
        bytesInHand += chunk.length
        refusal ??= size > mostContentBytes ? tooLarge() : undefined
        refusal ??= bytesInHand > mostBytesInHand ? tooMuch() : undefined
        if (!refusal) chunks.push(chunk)
      }
    } catch {
      throw new SmtpRefusal(451, '4.4.2', 'the connection ended before the email did')
    } finally {
      bytesInHand -= size
    }
    if (refusal) throw refusal
    return Buffer.concat(chunks)
  }

  async function mayStayLocal(user: SmtpUser | undefined): Promise<boolean> {
    const { settings } = await postern.inForce.current()
    return settings.localDomain !== null || isCaptured(await callerOf({ ...user }), settings)
  }

  return {
    async logIn(password) {
      const user = { token: password }
      if (typeof (await door.admit(user)) === 'string') throw wrongKey()
      return user
    },

    async begin({ user, secure }) {
      if (access === 'keys' && !secure) throw tlsFirst()
      await callerOf({ ...(user as SmtpUser | undefined) })
    },

    async addRecipient({ address }, { user }) {
      const parsed = parseAddress(address, 'local')
      if ('fault' in parsed) throw new SmtpRefusal(553, '5.1.3', parsed.fault)
      if (!isSpelledOnce(address, parsed.address))
        throw new SmtpRefusal(553, '5.1.3', 'the domain can be read in two ways')
      if (isLocal(parsed.address) && !(await mayStayLocal(user as SmtpUser | undefined)))
        throw new SmtpRefusal(553, '5.1.3', outOfReach)
    },

    async take(stream, { envelope, user }) {
      const mime = await collect(stream)
      const { mailFrom, rcptTo } = envelope
      const read = readRawRequest(mime, {
        from: mailFrom ? senderOf(mailFrom) : '',
        to: rcptTo.map(addressOf),
      })
      if ('faults' in read) throw refusalOfFaults(read.faults)
      const caller = await callerOf({ ...(user as SmtpUser | undefined) })
      const { request, idempotency } = await withReadSubject(read)
      const answer = await accept(postern, () => ({ request }), caller, { idempotency })
      if (answer.kind !== 'accepted') throw refusalOfAcceptance(answer)
      return `2.0.0 accepted ${answer.id}`
    },
  }
}

/** What could be read as another domain is as good as no address: bounces go to From. */
function senderOf({ address }: SMTPServerAddress): string {
  const parsed = parseAddress(address)
  const isOther = 'address' in parsed && !isSpelledOnce(address, parsed.address)
  return isOther ? 'unreadable' : address
}

function addressOf({ address }: SMTPServerAddress): string {
  const parsed = parseAddress(address, 'local')
  if ('fault' in parsed) throw new Error('an accepted recipient is not an address')
  return parsed.address
}

/**
 * Smtp-server decodes punycode before our code sees it, also what UTS 46 would never encode so. Such
 * a domain would become another one on its way back.
 */
function isSpelledOnce(given: string, parsed: string): boolean {
  return domainOf(comparisonKey(given)) === domainToUnicode(domainOf(parsed))
}

function wrongKey(): SmtpRefusal {
  return new SmtpRefusal(535, '5.7.8', 'the password must be a valid API key')
}

function tlsFirst(): SmtpRefusal {
  return new SmtpRefusal(530, '5.7.0', 'STARTTLS is needed first, then AUTH with an API key')
}

function tooLarge(): SmtpRefusal {
  return new SmtpRefusal(552, '5.3.4', `the email is larger than ${mostContentBytes} bytes`)
}

function tooMuch(): SmtpRefusal {
  return new SmtpRefusal(452, '4.3.1', 'too many large emails at once: try again later')
}
