import type { Stage } from '../soak/sink-dialogue.ts'
import type { Crash } from './crash-at.ts'

/** One life of Postern, and how it ends; by itself unless something here says otherwise. */
export interface Life {
  readonly crash?: Crash
  /** What strace does to its system calls. */
  readonly inject?: Injection
  /** Killed when the mail server gets this far with an email, for the nth time. */
  readonly sink?: { readonly stage: Stage; readonly time: number }
  /** Killed when the application has sent or heard so much. */
  readonly client?: 'head sent' | 'answer read'
  /** Killed once every request had an answer or nothing waits any more, or stopped then. */
  readonly after?: 'answers' | 'quiet' | 'stop'
  /** Once nothing waits any more, a person tries again what is held. */
  readonly retries?: boolean
  /** A webhook is set; then it is killed. */
  readonly hooks?: boolean
  /** Once nothing waits any more, a provider tells what became of the emails. */
  readonly tells?: boolean
}

/** The database as strace is to look at it: all its files, or the main one alone. */
export interface Injection {
  /** As `-e inject=` takes it (strace(1)). */
  readonly what: string
  /** Only calls on the main file of the database: what a checkpoint writes. */
  readonly mainFile?: boolean
}
