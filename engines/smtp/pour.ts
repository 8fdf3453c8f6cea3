import { deadlines } from '../time/deadlines.ts'
import { contentLines } from './content-lines.ts'
import { content } from './dialogue.ts'
import type { Session } from './session.ts'

/**
 * Bytes handed on at a time. Small enough that a server which stops reading stops us long
 * before the end of a large email.
 */
const sliceBytes = 65_536

/** Hands over the content and waits for the answer, which may come before the end. */
export async function pour(
  session: Session,
  email: Uint8Array,
  signal: AbortSignal,
  beforeDot: () => void,
) {
  const { dialogue } = session
  const bytes = contentLines(email)
  dialogue.say(content)
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    await room()
    if (dialogue.answered) return
    if (at + sliceBytes >= bytes.length) beforeDot()
    session.write(bytes.subarray(at, at + sliceBytes))
  }
  // The time for the answer begins when the dot is on its way, not when it waits behind the rest.
  await room()
  await session.answers(signal)

  async function room() {
    if (session.isReady()) return
    await session.until(signal, () => session.isReady() || dialogue.answered, deadlines.smtp.block)
  }
}
