import type { Envelope } from '../../mail/email/email.ts'

/** The envelope would not go on the wire as it is. Names no address: the text may be logged. */
class EnvelopeError extends Error {
  constructor() {
    super('the envelope is not fit for SMTP')
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
