import type { Job } from '../email/job.ts'
import type { InForce } from '../ports/in-force.ts'
import type { Postern } from '../ports/postern.ts'
import type { Host } from './stop.ts'

/** One job's turn at being delivered: what each step of it needs. */
export interface Turn extends Host {
  readonly postern: Postern
  /** The settings that hold for the whole turn, even when others are saved in the meantime. */
  readonly inForce: InForce
  readonly job: Job
}
