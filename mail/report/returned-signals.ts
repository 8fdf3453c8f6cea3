import { createdAtOf } from '../email/id.ts'
import { bounceOfStatus, type BounceKind, type Signal } from '../email/signal.ts'
import type { RecipientReport } from './delivery-status.ts'
import type { Returned } from './returned.ts'
import { mostAgeMs } from '../email/token.ts'

/**
 * What a returned email says became of an email.
 *
 * @param emailId proven by a token whose signature was checked
 * @returns none for what only a person can read
 */
export function returnedSignals(returned: Returned, emailId: string): Signal[] {
  const about = { source: 'returned', at: timeOf(returned, emailId), emailId } as const
  switch (returned.kind) {
    case 'delivery':
      return returned.recipients.flatMap((report) => {
        const said = signalOf(report)
        const [address = ''] = report.addresses
        return said ? { ...about, ...said, key: `${returned.key}/${address}/${said.kind}` } : []
      })
    case 'complaint':
      return [{ ...about, ...complaintOf(returned), key: `${returned.key}/complained` }]
    case 'autoReply':
      return [{ ...about, kind: 'bounced', bounce: 'autoReply', key: `${returned.key}/autoReply` }]
    case 'unknown':
      return []
  }
}

/** The same in every copy; not before the email itself, and in the time in which that may come back. */
function timeOf({ at = 0 }: Returned, emailId: string): number {
  const createdAt = createdAtOf(emailId)
  return at > createdAt + mostAgeMs ? createdAt : Math.max(at, createdAt)
}

type Said = Pick<Signal, 'kind'> & Partial<Signal>

function signalOf({ addresses, action, status, text }: RecipientReport): Said | undefined {
  const [address] = addresses
  const words = { ...(status && { status }), ...(text && { text }) }
  const whom = { ...(address && { address, forwarded: true as const }) }
  const said = { ...whom, ...words, reported: true as const }
  switch (action) {
    case 'failed':
      return { ...said, kind: 'bounced', bounce: bounceOf(status) }
    case 'delayed':
      return { ...said, kind: 'delayed' }
    case 'delivered':
      return { ...said, kind: 'delivered' }
    // Handed on to where no reports come from: nothing is known of it.
    case 'relayed':
    case 'expanded':
      return undefined
  }
}

function bounceOf(status: string | undefined): BounceKind {
  return bounceOfStatus(status) ?? 'soft'
}

/** Not every complaint says that an email was unwanted (RFC 5965 section 7.3; RFC 6430). */
const harmless = ['not-spam', 'auth-failure']

function complaintOf({ feedback, addresses }: Returned & { kind: 'complaint' }): Said {
  const [address] = addresses
  return {
    kind: 'complained',
    ...(address && { address, forwarded: true }),
    word: feedback.slice(0, 100),
    ...(harmless.includes(feedback) && { spared: true }),
  }
}
