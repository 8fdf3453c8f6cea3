import { comparisonKey } from '../../mail/email/address.ts'
import type { HeaderMailbox, Outline } from '../../mail/email/outline.ts'
import { defaultProject } from '../../mail/email/project.ts'
import type { Capture } from '../../mail/ports/captures.ts'

export interface Mailbox {
  readonly Name: string
  readonly Address: string
}

/** A message in Mailpit's lists. */
export type Summary = ReturnType<typeof summaryOf>

export function summaryOf(capture: Capture) {
  const { id, seen, subject, at, project, tags, size, outline = bareOutline(capture) } = capture
  const { messageId, from, attachments, snippet } = outline
  return {
    ID: id,
    MessageID: messageId,
    Read: seen,
    From: from && mailboxOf(from),
    ...recipientsOf(capture, outline),
    Subject: subject,
    Created: new Date(at).toISOString(),
    Username: project === defaultProject ? '' : project,
    Tags: [...tags],
    Size: size,
    Attachments: attachments,
    Snippet: snippet,
  }
}

/** Who the header names, and as Bcc who would have got it without being named. */
export function recipientsOf(
  { to: envelope }: Capture,
  { to, cc, replyTo }: Pick<Outline, 'to' | 'cc' | 'replyTo'>,
): Record<'To' | 'Cc' | 'Bcc' | 'ReplyTo', Mailbox[]> {
  const named = new Set([...to, ...cc].map(({ address }) => comparisonKey(address)))
  const hidden = envelope.filter((address) => !named.has(comparisonKey(address)))
  return {
    To: to.map(mailboxOf),
    Cc: cc.map(mailboxOf),
    Bcc: hidden.map((address) => ({ Name: '', Address: address })),
    ReplyTo: replyTo.map(mailboxOf),
  }
}

export function mailboxOf({ name = '', address = '' }: Partial<HeaderMailbox>): Mailbox {
  return { Name: name, Address: address }
}

/** Of what was captured before its header was kept, the envelope stands for it. */
function bareOutline({ from, to }: Capture): Outline {
  const plain = (address: string) => ({ address, name: '' })
  return {
    messageId: '',
    from: from === '' ? null : plain(from),
    to: to.map(plain),
    cc: [],
    replyTo: [],
    attachments: 0,
    inline: 0,
    snippet: '',
  }
}
