import { domainToUnicode } from 'node:url'
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import type { Access } from '../mail/keys/gate.ts'
import { gate, isLocal as isWithoutKey, type Admission, type Rebuff } from '../mail/keys/gate.ts'
import { acceptRaw } from '../mail/accept/accept-raw.ts'
import { isCaptured, outOfReach } from '../mail/accept/reach.ts'
import type { Caller } from '../mail/keys/caller.ts'
import { comparisonKey, domainOf, parseAddress, isLocal } from '../mail/email/address.ts'
import { hasProject } from '../mail/settings/in-project.ts'
import type { Settings } from '../mail/settings/settings.ts'
import type { Postern } from '../mail/ports/postern.ts'
import type { Stay } from '../mail/ports/room.ts'
import { unreadable } from '../mail/request/raw-envelope.ts'
import { sizeOf } from './announced-size.ts'
import { collect } from './collect.ts'
import type { Spool } from './spool.ts'
import { refusalOfAcceptance, refusalOfCaller, SmtpRefusal, tooLarge, tooMuch } from './refusal.ts'

/** What a session asks for, step by step; every step throws SmtpRefusal. */
export interface SmtpSteps {
  /** @returns what the session is known by from now on */
  logIn(name: string, password: string): Promise<SmtpUser>
  /** MAIL FROM: whether the one who asks may send at all, and as much as SIZE says. */
  begin(from: SMTPServerAddress, session: SMTPServerSession): Promise<void>
  /** RCPT TO: whether it is an address that mail gets to, or one that is captured. */
  addRecipient(recipient: SMTPServerAddress, session: SMTPServerSession): Promise<void>
  /** DATA. @returns the words after 250; the email is durable then */
  take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string>
}

/** Who logged in; kept by the session. */
interface SmtpUser {
  readonly token: string
  /** The id of the key; absent where none was needed. */
  readonly key?: string
  /** The project that the user name is the name of. */
  readonly project?: string
}

/**
 * A client waits ten minutes for the answer to its final dot (RFC 5321 section 4.5.3.2.6); after so
 * many milliseconds it is told to come back.
 */
const patienceMs = 120_000

/** The steps of submission, from the key to the accepted email; knows nothing of sockets. */
export function smtpSteps(
  postern: Postern,
  { access, needsTls, spool }: { access: Access; needsTls: boolean; spool: Spool },
): SmtpSteps {
  const door = gate(postern, access)
  const { room } = postern
  let turn: Promise<unknown> = Promise.resolve()

  /** One after the other: the sending side waits for the same room. */
  function awaitRoom(holder: string, bytes: number): Promise<Stay | undefined> {
    const signal = AbortSignal.timeout(patienceMs)
    const stay = turn.then(() => room.wait(holder, bytes, signal))
    turn = stay
    return stay
  }

  /** Asked for every email, so that a revoked key, or the first one that is made, counts. */
  async function callerOf(user: unknown): Promise<Caller> {
    const admitted = await door.admit({ ...(user as SmtpUser | undefined) })
    if (typeof admitted === 'string') throw refusalOfCaller(admitted)
    return admitted.caller
  }

  /** One connection without a key is one caller. */
  async function holderOf({ id, user }: SMTPServerSession): Promise<string> {
    const admitted = await door.admit({ ...(user as SmtpUser | undefined) })
    const isKnown = typeof admitted !== 'string' && !isWithoutKey(admitted.caller)
    return isKnown ? admitted.caller.owner : `connection ${id}`
  }

  async function mayStayLocal(user: SmtpUser | undefined): Promise<boolean> {
    const { settings } = await postern.inForce.current()
    return settings.localDomain !== null || isCaptured(await callerOf(user), settings)
  }

  async function refuseWithoutRoom(announced: number, session: SMTPServerSession) {
    if (announced > room.mostBytes) throw tooLarge(room.mostBytes)
    if (!spool.hasSpace(await holderOf(session), announced)) throw tooMuch()
  }

  async function takeWhole(mime: Buffer, { envelope, user }: SMTPServerSession): Promise<string> {
    const { mailFrom, rcptTo } = envelope
    const asked = { from: mailFrom ? senderOf(mailFrom) : '', to: rcptTo.map(addressOf) }
    const answer = await acceptRaw(postern, { mime, envelope: asked }, await callerOf(user))
    if (answer.kind !== 'accepted') throw refusalOfAcceptance(answer)
    return `2.0.0 accepted ${answer.id}`
  }

  return {
    async logIn(name, password) {
      const admitted = await door.admit({ token: password })
      if (typeof admitted === 'string') throw refusalOfLogIn(admitted)
      const { settings } = await postern.inForce.current()
      const project = projectNamed(name, admitted, settings)
      const { caller } = admitted
      const key = isWithoutKey(caller) ? undefined : caller.owner
      return { token: password, ...(key && { key }), ...(project !== undefined && { project }) }
    },

    async begin(from, session) {
      if (needsTls && !session.secure) throw tlsFirst()
      await callerOf(session.user)
      await refuseWithoutRoom(sizeOf(from), session)
    },

    async addRecipient({ address }, { user }) {
      const parsed = parseAddress(address, 'local')
      if ('fault' in parsed) throw new SmtpRefusal(553, '5.1.3', parsed.fault)
      if (!isSpelledOnce(address, parsed.address))
        throw new SmtpRefusal(553, '5.1.3', 'the domain can be read in two ways')
      if (isLocal(parsed.address) && !(await mayStayLocal(user as SmtpUser | undefined)))
        throw new SmtpRefusal(553, '5.1.3', outOfReach)
    },

    async take(stream, session) {
      const holder = await holderOf(session)
      const { mime, stay } = await collect(stream, { room, spool, holder, awaitRoom })
      try {
        return await takeWhole(mime, session)
      } finally {
        stay.leave()
      }
    },
  }
}

/** What could be read as another domain is as good as no address: bounces go to From. */
function senderOf({ address }: SMTPServerAddress): string {
  const parsed = parseAddress(address)
  const isOther = 'address' in parsed && !isSpelledOnce(address, parsed.address)
  return isOther ? unreadable : address
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

function refusalOfLogIn(why: Rebuff): SmtpRefusal {
  return why === 'projectGone'
    ? refusalOfCaller(why)
    : new SmtpRefusal(535, '5.7.8', 'the password must be a valid API key')
}

/** What client libraries put where only a password counts. */
const usualNames = ['', 'postern', 'resend', 'apikey']

/**
 * The project that a user name is the name of: where no key is needed it has to be one, once there
 * are any. A key of one project is in that whatever the name.
 */
function projectNamed(name: string, { caller, isOfAll }: Admission, settings: Settings) {
  if (isOfAll && hasProject(settings, name)) return name
  const isFree = !isWithoutKey(caller) || Object.keys(settings.projects).length === 0
  if (isFree || usualNames.includes(name.toLowerCase())) return undefined
  throw new SmtpRefusal(535, '5.7.8', 'the user name must be the name of a project')
}

function tlsFirst(): SmtpRefusal {
  return new SmtpRefusal(530, '5.7.0', 'STARTTLS is needed first, then AUTH with an API key')
}
