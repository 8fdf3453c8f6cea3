import type { EventType } from '../email/event.ts'
import { idOf } from '../email/id.ts'
import { hourMs } from '../email/time.ts'
import type { Event } from '../ports/events.ts'
import type { Watch, WatchLevel } from '../ports/reputation.ts'

/**
 * The event of a new watch, if that is worth one. At most one of its kind for each sender and hour,
 * whichever process saw it first and however often.
 */
export function tellOf(watch: Watch, before: WatchLevel = 'well'): Event | undefined {
  const { project, domain, since: at, reason } = watch
  const type = typeOf(watch.level, before)
  if (!type) return undefined
  const id = idOf(`${type} ${project} ${domain}`, Math.floor(at / hourMs) * hourMs)
  const text = [domain, reason].filter(Boolean).join(': ')
  return { id, type, project, at, recordedAt: at, source: 'postern', sender: domain, text }
}

function typeOf(level: WatchLevel, before: WatchLevel): EventType | undefined {
  if (level !== 'well') return `guardian.${level}`
  return before === 'held' ? 'guardian.resumed' : undefined
}
