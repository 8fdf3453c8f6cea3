import type { Clock } from '../../mail/ports/clock.ts'
import type { Notice } from '../../mail/ports/notices.ts'
import type { Webhook } from '../../mail/ports/webhooks.ts'
import { mostAtOnce } from '../../mail/notify/body.ts'
import type { Notified } from '../../mail/notify/notify.ts'
import { bell } from './bell.ts'
import type { LocalNotices } from './notices.ts'
import type { LocalWebhooks } from './webhooks.ts'

interface NotifierOptions {
  readonly notices: LocalNotices
  readonly webhooks: Pick<LocalWebhooks, 'known' | 'listen'>
  readonly notify: (
    webhook: Webhook,
    some: readonly Notice[],
    stop: AbortSignal,
  ) => Promise<Notified>
  readonly clock: Clock
  /** Called with each failure: a bug, or a disk that is full. The notice comes again. */
  readonly onError: (error: unknown) => void
}

/**
 * Requests to one endpoint at a time: at first and after a failure, and at most, once it has taken
 * as many as there may be more.
 */
const requests = { atFirst: 4, most: 20 }

/** Notices of one endpoint that are read at a time. */
const mostRead = 50

/** While the disk fails an endpoint is left alone for so long, in milliseconds. */
const restMs = 10_000

/** When the process stops, an attempt has so long to come to its end, in milliseconds. */
const graceMs = 1_000

/** What this process knows of an endpoint. */
interface Lane {
  /** Those that are on their way. */
  readonly inFlight: Set<string>
  /** Those that are due and were read, the first due first. */
  ready: readonly Notice[]
  requests: number
  mostRequests: number
  /** Left alone until then, unless the endpoint is changed. */
  restsUntil: number
  revision: number
}

/**
 * Tells endpoints of what is due: wakes when a notice is put and when the next becomes due. Each
 * endpoint has a lane of its own, so that one that hangs or fails holds up no other.
 */
export function startNotifier(options: NotifierOptions): { stop(): Promise<void> } {
  const { notices, webhooks, notify, clock, onError } = options
  const stopping = new AbortController()
  const ending = new AbortController()
  const awake = bell()
  const unlisten = [notices, webhooks].map((one) => one.listen(awake.ring))
  const lanes = new Map<string, Lane>()
  const running = new Set<Promise<void>>()

  async function run() {
    while (!stopping.signal.aborted) {
      const woken = awake.next(stopping.signal)
      const next = await takeAll().catch((error: unknown) => {
        onError(error)
        return clock.now() + restMs
      })
      const cancel = next === Infinity ? undefined : clock.at(next, awake.ring)
      await woken
      cancel?.()
    }
    for (const forget of unlisten) forget()
    const cancel = clock.at(clock.now() + graceMs, () => ending.abort('stopped'))
    await Promise.all(running)
    cancel()
  }

  /** When to look again, unless rung for. */
  async function takeAll(): Promise<number> {
    let next = Infinity
    for (const webhook of await webhooks.known()) next = Math.min(next, take(webhook))
    return next
  }

  function take(webhook: Webhook): number {
    const lane = laneOf(webhook)
    const now = clock.now()
    if (now < lane.restsUntil) return lane.restsUntil
    while (lane.requests < lane.mostRequests) {
      const some = dueIn(lane, webhook, now)
      if (some.length === 0) return lane.inFlight.size > 0 ? Infinity : nextIn(webhook)
      start(lane, webhook, some)
    }
    return Infinity
  }

  function laneOf({ id, revision }: Webhook): Lane {
    const lane = lanes.get(id) ?? newLane(revision)
    if (lane.revision !== revision) Object.assign(lane, { revision, restsUntil: 0, ready: [] })
    lanes.set(id, lane)
    return lane
  }

  /** Takes them from what was read. */
  function dueIn(lane: Lane, { id, format }: Webhook, now: number): readonly Notice[] {
    const { inFlight } = lane
    const most = mostAtOnce[format]
    if (lane.ready.length < most)
      lane.ready = notices
        .due(id, now, Math.max(mostRead, most) + inFlight.size)
        .filter((notice) => !inFlight.has(notice.id))
    const some = lane.ready.slice(0, most)
    lane.ready = lane.ready.slice(most)
    return some
  }

  function nextIn({ id }: Webhook): number {
    return notices.nextDueAt(id) ?? Infinity
  }

  function start(lane: Lane, webhook: Webhook, some: readonly Notice[]) {
    lane.requests += 1
    for (const { id } of some) lane.inFlight.add(id)
    const done = tell(lane, webhook, some).finally(() => {
      lane.requests -= 1
      for (const { id } of some) lane.inFlight.delete(id)
      running.delete(done)
      awake.ring()
    })
    running.add(done)
  }

  async function tell(lane: Lane, webhook: Webhook, some: readonly Notice[]) {
    try {
      const notified = await notify(webhook, some, ending.signal)
      if (notified.kind === 'paused') lane.restsUntil = notified.until
      const isTaken = notified.kind === 'done'
      lane.mostRequests = isTaken
        ? Math.min(lane.mostRequests + 1, requests.most)
        : requests.atFirst
    } catch (error) {
      onError(error)
      lane.restsUntil = clock.now() + restMs
    }
  }

  const ran = run()
  return {
    stop() {
      stopping.abort()
      return ran
    },
  }
}

function newLane(revision: number): Lane {
  const idle = { inFlight: new Set<string>(), ready: [], requests: 0 }
  return { ...idle, mostRequests: requests.atFirst, restsUntil: 0, revision }
}
