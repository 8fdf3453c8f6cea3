import type { SMTPServerSession } from 'smtp-server'
import type { SmtpRefusal } from './refusal.ts'

/** An SMTP session that has ended, in words that name no email, address or secret. */
export interface SessionTold {
  readonly session: string
  /** The IP address of the other side. */
  readonly peer: string
  /** The version of TLS; false without. */
  readonly tls: string | false
  /** The id of the API key that logged in. */
  readonly key?: string
  /** Emails that were accepted. */
  readonly accepted: number
  /** Steps that were refused: logins, senders, recipients and emails; and the code of the last. */
  readonly refused: number
  readonly code?: number
  /** From the connection to its end. */
  readonly ms: number
}

interface Counted {
  readonly start: number
  accepted: number
  refused: number
  code?: number
}

/** Counts what becomes of sessions, and tells of each once it has ended. */
export function sessionLog(tell: ((told: SessionTold) => void) | undefined) {
  const open = new Map<string, Counted>()
  return {
    begin({ id }: SMTPServerSession) {
      if (tell) open.set(id, { start: performance.now(), accepted: 0, refused: 0 })
    },
    accepted({ id }: SMTPServerSession) {
      const counted = open.get(id)
      if (counted) counted.accepted++
    },
    refused({ id }: SMTPServerSession, { responseCode }: SmtpRefusal) {
      const counted = open.get(id)
      if (!counted) return
      counted.refused++
      counted.code = responseCode
    },
    end(session: SMTPServerSession) {
      const counted = open.get(session.id)
      if (!counted) return
      open.delete(session.id)
      tell?.(toldOf(session, counted))
    },
  }
}

function toldOf(session: SMTPServerSession, { start, ...counts }: Counted): SessionTold {
  const { id, remoteAddress, secure, tlsOptions } = session
  const { key } = (session.user ?? {}) as { readonly key?: string }
  return {
    session: id,
    peer: remoteAddress.replace(/^::ffff:/i, ''),
    tls: secure && (tlsOptions ? tlsOptions.version : 'yes'),
    ...(key !== undefined && { key }),
    ...counts,
    ms: Math.round(performance.now() - start),
  }
}
