import { hourMs } from '../email/time.ts'
import type { SenderCount, SenderName } from '../ports/reputation.ts'
import { keyOf } from './judge.ts'
import { unknownDomain } from './sender.ts'

/** Senders that a process counts one by one within an hour; further ones together, by project. */
const mostSenders = 500

/** What this process has counted and not written down yet. */
export function openCounts() {
  let counts = new Map<string, SenderCount & { sent: number }>()
  let seen = new Set<string>()
  let hour = 0
  let recipients = 0

  /** However many domains an application makes up, few are kept. */
  function bounded(sender: SenderName): SenderName {
    const key = keyOf(sender)
    if (seen.size >= mostSenders && !seen.has(key)) return { ...sender, domain: unknownDomain }
    seen.add(key)
    return sender
  }

  return {
    note(sender: SenderName, sent: number, now: number) {
      const at = Math.floor(now / hourMs) * hourMs
      if (at !== hour) [hour, seen] = [at, new Set()]
      const { project, domain } = bounded(sender)
      const key = `${at}#${keyOf({ project, domain })}`
      const count = counts.get(key) ?? { project, domain, at, sent: 0 }
      count.sent += sent
      counts.set(key, count)
      recipients += sent
    },
    /** How many recipients are not written down. */
    size: () => recipients,
    /** Hands them over; what cannot be written is noted again. */
    async write(add: (counts: readonly SenderCount[]) => Promise<void>) {
      const taken = counts
      counts = new Map()
      recipients = 0
      if (taken.size === 0) return
      await add([...taken.values()]).catch((error: unknown) => {
        for (const { sent, at, ...sender } of taken.values()) this.note(sender, sent, at)
        throw error
      })
    },
  }
}
