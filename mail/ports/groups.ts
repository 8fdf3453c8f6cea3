/** Emails that can be paused or canceled together while they wait. */
export interface Groups {
  /** Also forgets those that have expired, where nothing else does. */
  create(group: Group): Promise<void>
  /** Sees every change that was answered before. Undefined when it is not there or has expired. */
  get(id: string, now: number): Promise<Group | undefined>
  /** Stops or resumes it; says whether it exists. */
  stop(id: string, stop: GroupStop | undefined, now: number): Promise<boolean>
  /** All that are stopped. */
  stopped(now: number): Promise<readonly Group[]>
}

export interface Group {
  readonly id: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly stop?: GroupStop
}

export type GroupStop = 'pause' | 'cancel'
