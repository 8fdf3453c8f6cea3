import type { Erasable } from '../../../mail/email/erasable.ts'
import { allProjects, type Scope } from '../../../mail/email/project.ts'
import type { AddressFinder } from '../../../mail/erase/address-finder.ts'
import type { Capture, Captures } from '../../../mail/ports/captures.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { Emails } from '../../../mail/ports/emails.ts'
import type { ErasureStep } from '../../../mail/ports/erasure.ts'
import type { Webhooks } from '../../../mail/ports/webhooks.ts'
import type { Bucket } from '../bucket.ts'
import type { Item, Key } from '../table/item.ts'
import type { Table } from '../table/table.ts'

export interface ErasureParts {
  readonly table: Table
  readonly bucket: Bucket
  readonly clock: Clock
  readonly keepDays: number
  readonly emails: Pick<Emails, 'get'>
  readonly captures: Pick<Captures, 'get' | 'remove'>
  readonly webhooks: Pick<Webhooks, 'get'>
}

export interface Search extends ErasureStep, ErasureParts {
  readonly finder: AddressFinder
}

/** What is to be done with what was found, or that it stays. */
export interface Find {
  readonly kind: Erasable
  readonly erase?: () => Promise<unknown>
  /** The id of an email that waits. */
  readonly waiting?: string
}

export function keyIn({ p, s }: Item): Key {
  return { p: p as string, s: s as string }
}

/** Whether what is listed of a capture names the address. */
export function isCaptureOf(capture: Capture, { is, isIn }: AddressFinder): boolean {
  const { from, to, ...rest } = capture
  return [from, ...to].some(is) || isIn(JSON.stringify(rest))
}

/** What belongs to no project is seen by those who see all. */
export function seesAll({ scope }: { readonly scope: Scope }): boolean {
  return scope === allProjects
}
