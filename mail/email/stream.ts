/**
 * The streams of email: `transactional` is what one person waits for, such as a code, and `bulk` what
 * many get at once, such as news. However much waits in one of them, the other goes on leaving.
 */
export const streams = ['transactional', 'bulk'] as const

export type Stream = (typeof streams)[number]

/** The stream of what was kept before there were streams, and where nothing speaks for another. */
export const usualStream: Stream = 'transactional'

/** How much of what is shared each stream is due while both wait. */
export type Weights = Readonly<Record<Stream, number>>

/** Unless the settings say otherwise. */
export const usualWeights: Weights = { transactional: 4, bulk: 1 }

/** On an email or a request, where its own dialect has no word for it; never leaves with the email. */
export const streamHeader = 'X-Postern-Stream'

/** Reads the name of a stream, in any case. */
export function readStream(text: string): { stream: Stream } | { fault: string } {
  const stream = streams.find((one) => one === text.trim().toLowerCase())
  return stream ? { stream } : { fault: streamRule }
}

export const streamRule = `must be ${streams.join(' or ')}`
