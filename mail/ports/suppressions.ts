import type { Scope } from '../email/project.ts'
import type {
  SuppressedPlace,
  Suppression,
  SuppressionCause,
  SuppressionEntry,
  SuppressionReason,
} from '../email/suppression.ts'
import type { Page } from './page.ts'

/**
 * The addresses that get nothing, compared by `comparisonKey`. What is suppressed stays so until it
 * is removed; every change writes its line of history in the same write.
 */
export interface Suppressions {
  /**
   * Of these addresses, what suppresses them: in the project and in `*`, for every email and, where
   * one is named, for the list. Sees every change that was made before. Costs reads only.
   *
   * @param addresses any number; a driver asks its store for many at once
   */
  find(asked: SuppressionQuestion): Promise<readonly Suppression[]>
  /**
   * Adds a cause to what is suppressed in a place, or suppresses it. A reason that is there already
   * stays as it is, so that the same signal twice changes nothing.
   */
  add(place: SuppressedPlace, cause: SuppressionCause): Promise<Added>
  /**
   * Takes these reasons from a place, or all there are. What was taken, undefined when there was
   * nothing to take.
   */
  remove(place: SuppressedPlace, removal: Removal): Promise<Suppression | undefined>
  /** Undefined also when it is there but outside of the scope. */
  get(id: string, scope: Scope): Promise<Suppression | undefined>
  /** Newest first. */
  list(query: SuppressionQuery): Promise<Page<Suppression>>
  /** Who did what with a place, oldest first: for a year, also after it was removed. */
  history(place: SuppressedPlace): Promise<readonly SuppressionEntry[]>
}

export interface SuppressionQuestion {
  readonly project: string
  readonly addresses: readonly string[]
  readonly list?: string
}

export interface Added {
  readonly suppression: Suppression
  /** The reason was not there before. */
  readonly isNew: boolean
}

export interface Removal {
  readonly reasons?: readonly SuppressionReason[]
  readonly at: number
  readonly by: string
}

export interface SuppressionQuery {
  /** What is suppressed in all projects belongs to `*` alone. */
  readonly scope: Scope
  /** 1 to 100. */
  readonly limit: number
  /** The page after (older than) or before (newer than) this id. */
  readonly after?: string
  readonly before?: string
  readonly reason?: SuppressionReason
  /** Only of this list; `null`: only what is suppressed for every email. */
  readonly list?: string | null
  /** An exact address, or a part of one where the store can find that. */
  readonly q?: string
}
