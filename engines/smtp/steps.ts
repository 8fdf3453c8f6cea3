import { deadlines } from '../time/deadlines.ts'
import { content, greeting } from './dialogue.ts'
import type { Awaited, Dialogue } from './dialogue.ts'

/** How long the server may take for what it owes, in milliseconds; for a handshake when nothing. */
export function timeFor({ answered, waitingFor }: Dialogue): number {
  return answered ? deadlines.smtp.handshake : times[waitingFor]
}

const times: Readonly<Record<Awaited, number>> = {
  [greeting]: deadlines.smtp.greeting,
  EHLO: deadlines.smtp.hello,
  HELO: deadlines.smtp.hello,
  STARTTLS: deadlines.smtp.hello,
  AUTH: deadlines.smtp.hello,
  MAIL: deadlines.smtp.mail,
  RCPT: deadlines.smtp.rcpt,
  DATA: deadlines.smtp.data,
  [content]: deadlines.smtp.dot,
  RSET: deadlines.smtp.reset,
  QUIT: deadlines.smtp.quit,
}
