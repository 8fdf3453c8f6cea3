import type { Envelope } from '../../mail/email.ts'
import type { Exchange } from './dialogue.ts'

/** The envelope would not go on the wire as it is. Names no address: the text may be logged. */
export class EnvelopeError extends Error {
  constructor() {
    super('the envelope is not fit for SMTP, or nodemailer changed it')
    this.name = 'EnvelopeError'
  }
}

/** Throws unless every address can stand between angle brackets; only the sender may be empty. */
export function assertFit({ from, to }: Envelope): void {
  const fit = fitAddress.test(from) || from === ''
  if (!fit || to.length === 0 || !to.every((address) => fitAddress.test(address)))
    throw new EnvelopeError()
}

const fitAddress = /^[^\s<>\p{Cc}\p{Zl}\p{Zp}]+$/u

/** Whether what was said to the server is this envelope: nobody more, nobody less, in order. */
export function isOnTheWire({ from, to }: Envelope, exchanges: readonly Exchange[]): boolean {
  const commands = exchanges.map(({ command }) => command)
  const senders = commands.filter((command) => command.startsWith('MAIL '))
  const recipients = commands.filter((command) => command.startsWith('RCPT '))
  return (
    senders.length === 1 &&
    `${senders[0]} `.startsWith(`MAIL FROM:<${from}> `) &&
    recipients.length === to.length &&
    recipients.every((command, i) => command === `RCPT TO:<${to[i]}>`)
  )
}
