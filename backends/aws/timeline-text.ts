import type { TimelineEntry } from '../../mail/email/email.ts'

/**
 * Longest timeline, in bytes: an item holds 400 KB, and every change of it is paid for by its
 * whole size. Sixty attempts with a line of reply each fit.
 */
const mostBytes = 24_576

/** Longest reason that remains where replies were many and long. */
const shortReason = 80

/** A timeline as text. Of one that is too long the oldest replies give way, never an entry. */
export function timelineText(timeline: readonly TimelineEntry[]): string {
  let text = JSON.stringify(timeline)
  const entries = [...timeline]
  for (let i = 0; i < entries.length && Buffer.byteLength(text) > mostBytes; i++) {
    entries[i] = shortened(entries[i]!)
    text = JSON.stringify(entries)
  }
  return text
}

/** Who was refused also stands at the recipient, with the reply. */
function shortened({ refused: _, reason, ...entry }: TimelineEntry): TimelineEntry {
  return { ...entry, ...(reason !== undefined && { reason: reason.slice(0, shortReason) }) }
}
