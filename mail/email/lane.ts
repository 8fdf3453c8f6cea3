import { domainOf } from './address.ts'
import type { Email } from './email.ts'
import { usualStream, type Stream } from './stream.ts'

/**
 * The lane of an email: its stream and the domain of its first recipient. Emails of one lane wait
 * for each other, so that a slow domain does not hold up the rest, nor bulk what is transactional.
 * Captures wait for no other email: those of a stream have a lane of their own.
 */
export function laneOf({ stream, capture, recipients }: LaneFacts): string {
  const domain = capture ? captureLane : domainOf(recipients[0]!.address)
  return stream === usualStream ? domain : `${stream}${separator}${domain}`
}

/** What a lane is made of; `domain` is `capture` for that of captures. */
export function partsOfLane(lane: string): { readonly stream: Stream; readonly domain: string } {
  return lane.startsWith(bulkPrefix)
    ? { stream: 'bulk', domain: lane.slice(bulkPrefix.length) }
    : { stream: usualStream, domain: lane }
}

type LaneFacts = Pick<Email, 'stream' | 'capture' | 'recipients'>

/**
 * A transactional lane is named by its domain alone, as every lane was before there were streams:
 * what waited then is in the right lane now. No domain has a colon.
 */
const separator = ':'
const bulkPrefix = `bulk${separator}`

/** One label, as no domain has that an engine sends to. */
const captureLane = 'capture'
