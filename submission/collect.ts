import type { SMTPServerDataStream } from 'smtp-server'
import type { Room, Stay } from '../mail/ports/room.ts'
import { mostContentBytes } from '../mail/request/email-request.ts'
import { smallBytes } from '../mail/room.ts'
import { SmtpRefusal, tooLarge, tooMuch } from './refusal.ts'
import type { Spool, Spooled } from './spool.ts'

/** A client whose lines begin with dots has each of them come by itself; the file gets so many bytes. */
const writtenAtOnce = 65_536

/** An email as it came, and the room that it takes until it is dealt with. */
interface Collected {
  readonly mime: Buffer
  readonly stay: Stay
}

/** Where emails go while they come, and who sends this one. */
export interface Incoming {
  readonly room: Room
  readonly spool: Spool
  readonly holder: string
  /** Waits for room for one that has come; undefined when there is none for long. */
  readonly awaitRoom: (holder: string, bytes: number) => Promise<Stay | undefined>
}

/**
 * Reads an email up to its final dot: a small one into memory, a large one into a file, so that many
 * may come at a time. That is read once it is whole and there is room to deal with it.
 *
 * @throws SmtpRefusal when it is too large or there is no room: after the final dot, because the
 * answer comes there; what is refused takes no room
 */
export async function collect(
  stream: SMTPServerDataStream,
  { room, spool, holder, awaitRoom }: Incoming,
): Promise<Collected> {
  const stay = room.enter(holder, 0)
  const most = Math.min(mostContentBytes, room.mostBytes)
  const chunks: Buffer[] = []
  let size = 0
  let pending = 0
  let file: Spooled | undefined
  let refusal = stay ? undefined : tooMuch()

  async function refuse(why: SmtpRefusal) {
    refusal = why
    chunks.length = 0
    stay?.leave()
    await file?.remove()
  }

  /** What came since the last time goes to the file. */
  async function spill() {
    file ??= await spool.open(holder)
    if (!(await file?.add(Buffer.concat(chunks)))) return refuse(tooMuch())
    chunks.length = 0
    pending = 0
    stay!.leave()
  }

  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (refusal) continue
      size += chunk.length
      if (size > most) await refuse(tooLarge(most))
      else if (size <= smallBytes && !stay!.more(chunk.length)) await refuse(tooMuch())
      else {
        chunks.push(chunk)
        pending += chunk.length
        if (size > smallBytes && pending > writtenAtOnce) await spill()
      }
    }
    if (file && !refusal) await spill()
  } catch {
    await refuse(new SmtpRefusal(451, '4.4.2', 'the connection ended before the email did'))
  }
  if (refusal) throw refusal
  if (!file) return { mime: Buffer.concat(chunks), stay: stay! }
  return readWhole(file, await awaitRoom(holder, size))
}

async function readWhole(file: Spooled, stay: Stay | undefined): Promise<Collected> {
  try {
    if (!stay) throw tooMuch()
    return { mime: await file.read(), stay }
  } catch (error) {
    stay?.leave()
    throw error
  } finally {
    await file.remove()
  }
}
