import type { Content, Email } from '../email/email.ts'

/**
 * The way in: what accepting an email writes. `intakeInSteps` makes one of the other ports, for
 * places that cannot write all of it at once.
 */
export interface Intake {
  /**
   * Keeps emails with their contents and puts their jobs: all or none, also when the process dies
   * in between. What is there already under an email's id stays and gets its job again, because
   * the crash of an earlier try may have come before that.
   */
  put(arrivals: readonly Arrival[]): Promise<void>
}

export interface Arrival {
  readonly email: Email
  readonly content: Content
}
