import { domainOf } from './address.ts'
import type { Email } from './email.ts'

/** Where the content of an email lies when it does not travel in the job. */
export function contentKey(id: string): string {
  return `content/${id}`
}

/**
 * Emails for one receiving domain wait for each other, so that a slow one does not hold up the
 * rest; captures are quick and wait for nobody.
 */
export function laneOf({ capture, recipients }: Pick<Email, 'capture' | 'recipients'>): string {
  return capture ? 'capture' : domainOf(recipients[0]!.address)
}
