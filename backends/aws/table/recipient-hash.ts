import { createHash } from 'node:crypto'
import { comparisonKey } from '../../../mail/email/address.ts'

/** A recipient as keys know it: an index shows no address. */
export interface RecipientHash {
  /** Of the sixteen parts of the list that it belongs to. */
  readonly shard: string
  /** Tells it from most others of its shard; the record says whether it is really this one. */
  readonly tag: string
  /** Tells it from all others. */
  readonly whole: string
}

/**
 * The list is kept in sixteen parts because DynamoDB takes 1,000 writes a second below one key.
 * The first recipient decides which: so the emails to one address are looked for in one part.
 */
export const shards = [...'0123456789abcdef']

/** An address in any case. */
export function recipientHash(address: string): RecipientHash {
  return hashOf(comparisonKey(address))
}

/** All that it may be found by: earlier records were keyed by the address in lower case. */
export function recipientHashes(address: string): RecipientHash[] {
  return [...new Set([comparisonKey(address), address.toLowerCase()])].map(hashOf)
}

function hashOf(key: string): RecipientHash {
  const digest = createHash('sha256').update(key).digest()
  const whole = digest.toString('base64url').slice(0, 24)
  return { shard: (digest[31]! & 15).toString(16), tag: whole.slice(0, 6), whole }
}
