import { domainOf } from './address.ts'

/** No mail server can ever have it (RFC 6761 section 6.4). */
const domain = 'erased.invalid'

/** What stands where an erased address stood, wherever that was no recipient. */
export const erasedAddress = `erased@${domain}`

/** What stands for one of the recipients of an email. */
export function erasedRecipient(number: number): string {
  return `erased-${number}@${domain}`
}

/** Whether an address stands for one that was erased. */
export function isErased(address: string): boolean {
  return domainOf(address) === domain
}
