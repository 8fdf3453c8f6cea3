import type { Clock } from '../../mail/ports/clock.ts'
import { hourMs } from '../../mail/email/time.ts'

/** So many wrong guesses of one peer are answered before it has to wait. */
const mostFailures = 10

/** The wait after one more, in milliseconds; it doubles with each. */
const firstWaitMs = 1_000
const longestWaitMs = 900_000

/** What a peer did longer ago than this, in milliseconds, is forgotten. */
const forgottenMs = hourMs

/** Most peers that are remembered, so that strangers cannot fill the memory. */
const mostPeers = 10_000

interface Failures {
  readonly count: number
  readonly at: number
  /** When the next guess is heard. */
  readonly until: number
}

/**
 * Slows down each peer that guesses, longer with every guess. It never stands in the way of a right
 * key, so wrong keys of one client keep no other out. What bounds guessing for good are the 256
 * random bits of a key. Counted in this process.
 */
export function failureLimit(clock: Clock) {
  const peers = new Map<string, Failures>()

  function failuresOf(name: string, now: number): Failures {
    const failures = peers.get(name)
    return failures && now - failures.at < forgottenMs ? failures : { count: 0, at: now, until: 0 }
  }

  return {
    /** Notes a wrong guess; the seconds that this peer has to wait when it guesses too often. */
    fail(peer: string): number {
      const now = clock.now()
      const name = networkOf(peer)
      const { count, until } = failuresOf(name, now)
      if (now < until) return Math.ceil((until - now) / 1_000)
      peers.delete(name)
      peers.set(name, { count: count + 1, at: now, until: now + waitMs(count + 1) })
      if (peers.size > mostPeers) peers.delete(peers.keys().next().value!)
      return 0
    },
    /** This peer guessed right. */
    forgive: (peer: string) => void peers.delete(networkOf(peer)),
  }
}

function waitMs(failures: number): number {
  const beyond = failures - mostFailures
  return beyond < 0 ? 0 : Math.min(firstWaitMs * 2 ** beyond, longestWaitMs)
}

/** The address, or of IPv6 its network of 64 bits, which is one customer's (RFC 6177). */
function networkOf(peer: string): string {
  if (!peer.includes(':')) return peer
  const [head = '', tail] = peer.toLowerCase().split('::')
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  return [...first, ...Array<string>(zeros).fill('0'), ...last].slice(0, 4).join(':')
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''))
}
