import type { LookupFunction } from 'node:net'
import type { EngineContext } from '../mail/ports/fleet.ts'
import type { Outcome } from '../mail/email/outcome.ts'
import type { Engine } from '../mail/ports/engine.ts'
import { traceOf } from '../mail/report/signed-sender.ts'
import { signerOf } from '../mail/deliver/signer.ts'
import { conceal, concealOutcome } from './smtp/conceal.ts'
import { assertFit } from './smtp/envelope.ts'
import type { Unsigned } from './smtp/fit.ts'
import { openPool } from './smtp/pool.ts'
import type { Pool } from './smtp/pool.ts'
import { openSession } from './smtp/session.ts'
import type { Session } from './smtp/session.ts'
import { targetOf } from './smtp/target.ts'
import { transact } from './smtp/transaction.ts'
import { outcomeOfTrouble, type Trouble } from './smtp/trouble.ts'

export interface SmtpOptions {
  /** Most connections at a time; unless said otherwise as many as a host sends at a time, 71. */
  readonly connections?: number
  /** Finds the addresses of the server; the operating system's way unless said otherwise. */
  readonly lookup?: LookupFunction
}

/** An idle connection is closed after so many milliseconds. */
const idleMs = 30_000

/** Most emails on one connection: below the limits of the big providers. */
const emailsPerConnection = 100

const inTheClear = 'this server has no working TLS: email leaves in clear text'

/**
 * Hands emails to one SMTP server over connections that are kept between emails.
 * Why nodemailer and how its limits are dealt with: docs/decisions/0003-smtp-client.md.
 */
export function smtpEngine(
  context: EngineContext,
  { connections = 71, lookup }: SmtpOptions = {},
): Engine {
  const { settings, secrets, clock } = context
  const sign = signerOf(context)
  const trace = traceOf(context)
  const target = targetOf(settings.smtp, { secrets, clock })
  const hide = target.then((it) => conceal(it.kind === 'target' ? it.login : undefined, secrets))
  const pool = openPool({ clock, open, connections, idleMs, emails: emailsPerConnection })

  async function open(signal: AbortSignal): Promise<Session | Trouble> {
    const it = await target
    return it.kind === 'target' ? openSession(it, { clock, signal, lookup }) : it
  }

  return {
    name: 'smtp',
    async send(parcel, signal) {
      const { from, envelopeId, mark } = trace(parcel)
      const envelope = { ...parcel.envelope, from }
      assertFit(envelope)
      const bytes = mark(await parcel.composed())
      const email = { envelope, bytes, sign, ...(envelopeId && { envelopeId }) }
      return concealOutcome(await deliver(pool, email, signal), await hide)
    },
    async verify(signal) {
      const session = await open(signal)
      if (session.kind !== 'session') return { valid: false, reason: (await hide)(session.reason) }
      void session.quit()
      if (session.smtp.secure || settings.smtp.security !== 'opportunistic') return { valid: true }
      return { valid: true, warnings: [inTheClear] }
    },
    rate: async () => null,
    close: () => pool.close(),
  }
}

/**
 * One try. Only when a kept connection turns out to be dead before the server heard of the
 * email is another one taken, and that one is new.
 */
async function deliver(pool: Pool, email: Unsigned, signal: AbortSignal): Promise<Outcome> {
  const first = await tryOn(await pool.take(signal), pool, email, signal)
  if (first) return first
  const second = await tryOn(await pool.take(signal, 'fresh'), pool, email, signal)
  return second ?? { kind: 'deferred', reason: 'the connection was closed', ofEngine: true }
}

async function tryOn(
  session: Session | Trouble,
  pool: Pool,
  email: Unsigned,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  if (session.kind !== 'session') return outcomeOfTrouble(session)
  try {
    return await transact(session, email, signal)
  } finally {
    pool.give(session)
  }
}
