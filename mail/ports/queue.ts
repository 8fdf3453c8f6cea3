import type { Job } from '../email/job.ts'
import type { Scope } from '../email/project.ts'

/** The waiting jobs. Taking them off is the host's: a Lambda batch, or the local worker. */
export interface Queue {
  readonly limits: QueueLimits
  /**
   * Puts jobs: all of them or none, also when the process dies in between, so that one put is the
   * point at which a batch is accepted. They are durable when it resolves.
   */
  put(jobs: readonly Job[]): Promise<void>
  /** Removes what waits for a later time, where the queue can; a stray job has no effect. */
  cancel(id: string): Promise<void>
  /** Moves a job to the dead letters: given up, or not readable. */
  bury(job: Job, reason: string): Promise<void>
  /**
   * Makes what waits for an engine due as soon as this queue can: at once, or, where only time
   * makes a job due, when it looks again by itself (`engineWaitMs`).
   */
  hasten(): Promise<void>
  /** Of one project only what can be counted by project: the rest is null. */
  depth(now: number, scope: Scope): Promise<QueueDepth>
  /** What waits for whom: by lane, the fullest first, from a bounded number of reads. */
  lanes(now: number, scope: Scope): Promise<LaneDepths>
}

export interface QueueLimits {
  /** Largest content that travels in a job, in bytes of JSON; above, it goes to `content/<id>`. */
  readonly inlineBytes: number
  /** Most bytes of contents that the jobs of one put hold together; above, they go there too. */
  readonly togetherBytes: number
  /** Most jobs that one call to `put` takes. */
  readonly batch: number
  /** Whether `hasten` makes what waits due at once. */
  readonly hastens: boolean
}

export interface QueueDepth {
  /** Jobs that wait for an attempt, due or deferred. */
  readonly depth: number | null
  /** Jobs that a worker has taken; where the queue cannot tell, they count as waiting. */
  readonly sending: number | null
  readonly scheduled: number
  readonly held: number
  readonly deadLetters: number
  /** Age of the oldest job that is due or waits for its engine, in seconds; 0 when none does. */
  readonly oldestAgeSeconds: number | null
}

export interface LaneDepths {
  readonly lanes: readonly LaneDepth[]
  /** Whether they are all there is, or a part: what was found before the reads came to their end. */
  readonly isWhole: boolean
  /** A queue that cannot be counted: they are of so many emails that were accepted last. */
  readonly newest?: number
}

export interface LaneDepth {
  readonly lane: string
  readonly waiting: number
  readonly sending: number
  /** Since when the oldest found wants to leave, in seconds; 0 when none waits. */
  readonly oldestAgeSeconds: number
}
