import type { Scope } from '../email/project.ts'

/** Emails that can be paused or canceled together while they wait. */
export interface Groups {
  /** Also forgets those that have expired, where nothing else does. */
  create(group: Group): Promise<void>
  /**
   * Sees every change that was answered before. Undefined when it is not there, has expired or is
   * outside of the scope.
   */
  get(id: string, scope: Scope, now: number): Promise<Group | undefined>
  /** Stops or resumes it; says whether it exists. */
  stop(id: string, scope: Scope, stop: GroupStop | undefined, now: number): Promise<boolean>
  /** All that are stopped. */
  stopped(scope: Scope, now: number): Promise<readonly Group[]>
}

export interface Group {
  readonly id: string
  readonly project: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly stop?: GroupStop
}

export type GroupStop = 'pause' | 'cancel'
