import type { Erasable } from '../../../mail/email/erasable.ts'
import { isInScope, type Scope } from '../../../mail/email/project.ts'
import type { AddressFinder } from '../../../mail/erase/address-finder.ts'
import type { Store } from '../group-commit.ts'
import type { Row } from '../pages.ts'

/** One table, looked through in the order of its key. */
export interface Stage {
  readonly kind: Erasable
  /** Rows behind a key: bound are its columns and how many. */
  readonly select: string
  /** The columns of the key, and what comes before every one. */
  readonly key: Readonly<Record<string, string | number>>
  /** Rows that one commit looks at; fewer where they are large. */
  readonly rows?: number
  /** Its rows are of no project: only who may see all may have them changed. */
  readonly isShared?: true
  /** Undefined when a row does not name the address. */
  readonly look: (row: Row, search: Search) => Find | undefined
}

export interface Search {
  readonly sql: Store['sql']
  readonly finder: AddressFinder
  readonly withSuppressions: boolean
}

/** What is to be done with what was found, or that it stays. */
export type Find =
  | { readonly erase: () => void }
  /** The id of an email that waits. */
  | { readonly erase?: undefined; readonly waiting?: string }

/** Whether a row is in the scope; one without a project is of all. */
export function isRowIn(row: Row, scope: Scope): boolean {
  return !('project' in row) || isInScope(row['project'] as string, scope)
}

/** Whether a text of a row names the address. */
export function isNamedIn(row: Row, { mayBeIn, isIn }: AddressFinder): boolean {
  return Object.values(row).some(
    (value) => typeof value === 'string' && mayBeIn(value) && isIn(value),
  )
}
