import { partsOfLane } from '../email/lane.ts'
import { allProjects, type Scope } from '../email/project.ts'
import { streams, type Stream } from '../email/stream.ts'
import type { Postern } from '../ports/postern.ts'
import type { LaneDepth, QueueDepth } from '../ports/queue.ts'
import { sendersInTrouble, type SenderView } from './senders.ts'
import { pauseOf, type PausedLane } from '../settings/paused-lanes.ts'
import type { Settings } from '../settings/settings.ts'

/** What waits for whom, and what a person has paused. */
interface QueueView extends QueueDepth {
  readonly paused: readonly PausedLane[]
  /** Senders that are warned of, or whose bulk email is held back. */
  readonly senders: readonly SenderView[]
  readonly streams: readonly StreamView[]
  readonly lanes: readonly LaneView[]
  /** Whether the lanes and streams count all that waits. */
  readonly isWhole: boolean
  /** Of how many emails that were accepted last they are; null: of what waits. */
  readonly newest: number | null
}

interface StreamView extends Omit<LaneDepth, 'lane'> {
  readonly stream: Stream
  /** Of what may leave while both wait, 0 to 1. */
  readonly share: number
  /** Of what is being sent now, 0 to 1; null when nothing is. */
  readonly shareInUse: number | null
  readonly isPaused: boolean
}

interface LaneView extends Omit<LaneDepth, 'lane'> {
  readonly stream: Stream
  readonly domain: string
  readonly isPaused: boolean
}

/** Most lanes that are shown. */
const mostShown = 50

export async function queueView(postern: Postern, scope: Scope): Promise<QueueView> {
  const { queue, clock, inForce } = postern
  const now = clock.now()
  const [{ settings }, depth, { lanes, isWhole, newest = null }, senders] = await Promise.all([
    inForce.current(),
    queue.depth(now, scope),
    queue.lanes(now, scope),
    sendersInTrouble(postern, scope),
  ])
  return {
    ...depth,
    paused: pausedFor(scope, settings),
    senders,
    streams: streams.map((stream) => streamView(stream, lanes, settings)),
    lanes: lanes.slice(0, mostShown).map(({ lane, ...counts }) => {
      return { ...partsOfLane(lane), ...counts, isPaused: pauseOf(settings, lane) !== undefined }
    }),
    isWhole,
    newest,
  }
}

/** Who paused it is the business of those who may. */
export function pausedFor(scope: Scope, { streams: { paused } }: Settings): readonly PausedLane[] {
  return scope === allProjects ? paused : paused.map((one) => ({ ...one, by: null }))
}

function streamView(
  stream: Stream,
  lanes: readonly LaneDepth[],
  { streams: { share, paused } }: Settings,
): StreamView {
  const own = lanes.filter(({ lane }) => partsOfLane(lane).stream === stream)
  const sending = sum(own.map((one) => one.sending))
  const all = sum(lanes.map((one) => one.sending))
  return {
    stream,
    share: share[stream] / sum(streams.map((name) => share[name])),
    shareInUse: all === 0 ? null : sending / all,
    waiting: sum(own.map((one) => one.waiting)),
    sending,
    oldestAgeSeconds: Math.max(0, ...own.map((one) => one.oldestAgeSeconds)),
    isPaused: paused.some((one) => one.stream === stream && one.domain === null),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
