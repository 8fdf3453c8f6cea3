import type { ImapFlow } from 'imapflow'
import type { Room } from '../../mail/ports/room.ts'
import { mostReturnedBytes, takeReturned, type Receiving } from '../../mail/report/take-returned.ts'
import { positionIn } from './position.ts'
import { MailboxError } from './trouble.ts'
import type { MailboxWish } from './wish.ts'

interface Taking extends Receiving {
  readonly room: Room
  /** Where the position is kept. */
  readonly directory: string
  readonly onTooLarge: () => void
}

/** All that comes out of the mailbox is one holder of memory. */
const holder = 'returned mailbox'

/**
 * Takes what is new in the open folder: the first time what is unread, later all that came since.
 * An understood report is marked as read, or moved, only when it is recorded; what is not understood
 * stays as it is, and a copy is kept. Nothing is deleted. A crash between these steps repeats one
 * of them, without effect.
 */
export async function takeNew(taking: Taking, client: ImapFlow, wish: MailboxWish): Promise<void> {
  const folder = nameOf(client, wish)
  const position = positionIn(taking.directory, folder)
  const { lastUid } = position
  const wanted = lastUid === undefined ? { seen: false } : { uid: `${lastUid + 1}:*` }
  const found = await client.search(wanted, { uid: true })
  if (!found) throw new MailboxError('folder', 'it cannot be searched')
  // `n:*` names the last one also where it comes before n (RFC 3501 section 6.4.8).
  const uids = found.filter((uid) => uid > (lastUid ?? 0)).sort((a, b) => a - b)
  for (const uid of uids) {
    await takeOne(taking, client, { uid, folder, moveTo: wish.imap.moveTo })
    position.write(uid)
  }
  // What had been read before is not new either.
  if (lastUid === undefined) position.write(Math.max(uidNextOf(client) - 1, ...uids))
}

interface Lying {
  readonly uid: number
  readonly folder: string
  readonly moveTo: string | null
}

async function takeOne(taking: Taking, client: ImapFlow, { uid, folder, moveTo }: Lying) {
  const one = [`${uid}`, { uid: true }] as const
  const about = await client.fetchOne(one[0], { size: true, internalDate: true }, one[1])
  // Someone else took it away meanwhile.
  if (!about) return
  const { size = 0, internalDate = 0 } = about
  if (size > mostReturnedBytes) return taking.onTooLarge()
  const stay = taking.room.enter(holder, size)
  if (!stay) throw new MailboxError('connection', 'there is no room in memory now')
  try {
    const whole = await client.fetchOne(one[0], { source: true }, one[1])
    if (!whole) return
    if (!whole.source) throw new MailboxError('connection', 'it gave no content of an email')
    const source = { name: `${folder} ${uid}`, at: new Date(internalDate).getTime() }
    const { kind } = await takeReturned(taking, { bytes: whole.source, source })
    if (kind !== 'reported') return
    await client.messageFlagsAdd(one[0], ['\\Seen'], one[1])
    if (moveTo !== null) await client.messageMove(one[0], moveTo, one[1])
  } finally {
    stay.leave()
  }
}

/** Another account, another folder, or one that was made again under the same name. */
function nameOf({ mailbox }: ImapFlow, { imap, login }: MailboxWish): string {
  const { uidValidity } = open(mailbox)
  return JSON.stringify([imap.host, imap.port, login.username, imap.folder, String(uidValidity)])
}

function uidNextOf({ mailbox }: ImapFlow): number {
  return open(mailbox).uidNext
}

function open(mailbox: ImapFlow['mailbox']) {
  if (!mailbox) throw new MailboxError('connection', 'the folder was closed')
  return mailbox
}
