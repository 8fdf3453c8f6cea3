import type { Email, Recipient, TimelineEntry } from '../email/email.ts'
import { bounceOfStatus, statusIn, type Signal } from '../email/signal.ts'
import { practisedFate } from '../email/practice.ts'
import { testFateOf, type TestFate } from '../email/test-address.ts'

/**
 * What an attempt itself tells of recipients: that a server refused the address for good, and what
 * a test address or a practice rule asks for where the email was captured. The same each time for the same record.
 *
 * @param before the timeline before the attempt; empty: of all attempts
 */
export function ownSignals(email: Email, before: readonly TimelineEntry[] = []): Signal[] {
  const attempts = email.timeline.filter((one) => one.what === 'attempt' && !before.includes(one))
  const refused = attempts.flatMap((attempt) => refusalsIn(email, attempt))
  const captured = email.recipients.filter(({ state }) => state === 'captured')
  return [...refused, ...captured.flatMap((recipient) => asked(email, recipient))]
}

/** Of the address itself: what a whole email was refused for says so only of its one recipient. */
function refusalsIn(email: Email, entry: TimelineEntry): Signal[] {
  const { at, outcome, reason, refused = [] } = entry
  // Practice: no server has said so.
  if (entry.engine === 'noop') return []
  const only = outcome === 'rejected' && email.recipients.length === 1 ? email.recipients : []
  const all = [
    ...refused.filter(({ kind }) => kind === 'rejected'),
    ...only.map(({ address }) => ({ address, reason: reason ?? '' })),
  ]
  return all.flatMap(({ address, reason }): Signal[] => {
    const status = statusIn(reason)
    if (bounceOfStatus(status) !== 'hard') return []
    const base = { source: 'engine', kind: 'bounced', bounce: 'hard', emailId: email.id } as const
    return [{ ...base, key: `${email.id} ${address} ${at}`, at, address, status, text: reason }]
  })
}

function asked({ id: emailId, settledAt = 0 }: Email, { address, reason }: Recipient): Signal[] {
  const fate = testFateOf(address) ?? practisedFate(reason)
  return fate
    ? toldOf[fate].map((told, n) => ({
        source: 'capture',
        key: `${emailId} ${address} ${told.kind}`,
        emailId,
        address,
        at: settledAt + n,
        ...told,
      }))
    : []
}

type Told = Omit<Signal, 'source' | 'key' | 'emailId' | 'address' | 'at'>

/** In the words of Amazon SES, as its mailbox simulator tells them. */
const toldOf: Readonly<Record<TestFate, readonly Told[]>> = {
  delivered: [{ kind: 'delivered', text: '250 2.6.0 Message received' }],
  bounced: [
    {
      kind: 'bounced',
      bounce: 'hard',
      reported: true,
      status: '5.1.1',
      word: 'Permanent/General',
      text: 'smtp; 550 5.1.1 user unknown',
    },
  ],
  complained: [
    { kind: 'delivered', text: '250 2.6.0 Message received' },
    { kind: 'complained', word: 'abuse' },
  ],
  suppressed: [{ kind: 'suppressed', word: 'Permanent/OnAccountSuppressionList' }],
  delayed: [
    { kind: 'delayed', status: '4.2.2', word: 'MailboxFull', text: '452 4.2.2 mailbox full' },
  ],
}
