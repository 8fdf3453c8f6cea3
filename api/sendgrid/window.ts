import type { Context } from 'hono'
import type { Suppression } from '../../mail/email/suppression.ts'
import type { SuppressionQuery, Suppressions } from '../../mail/ports/suppressions.ts'
import { invalid } from './faults.ts'
import { refusalOfFaults } from './refusals.ts'

/** What SendGrid's lists are asked for: a part by number, and times in Unix seconds. */
export interface Window {
  readonly limit: number
  readonly offset: number
  readonly from: number
  readonly to: number
  readonly email?: string
}

/** SendGrid's limit, and what it gives unless told otherwise. */
const mostAtOnce = 500

/** What lies further back is read by time: an offset reads all that it leaves out. */
const mostOffset = 100_000

/** @throws Refusal 400 that names the parameter */
export function readWindow(c: Context): Window {
  const { email } = c.req.query()
  return {
    limit: wholeNumber(c, 'limit', { least: 1, most: mostAtOnce, usual: mostAtOnce }),
    offset: wholeNumber(c, 'offset', { least: 0, most: mostOffset, usual: 0 }),
    from: wholeNumber(c, 'start_time', { least: 0, most: 1e11, usual: 0 }),
    to: wholeNumber(c, 'end_time', { least: 0, most: 1e11, usual: 1e11 }),
    ...(email && { email }),
  }
}

/** Newest first, as far as the window reaches. */
export async function windowOf(
  suppressions: Suppressions,
  query: Omit<SuppressionQuery, 'limit'>,
  { limit, offset, from, to, email }: Window,
): Promise<readonly Suppression[]> {
  const found: Suppression[] = []
  for (let after: string | undefined; found.length < offset + limit;) {
    const page = await suppressions.list({ ...query, limit: 100, after, q: email })
    const within = ({ causes }: Suppression) => {
      const { at } = causes.find(({ reason }) => reason === query.reason) ?? causes[0]!
      return at >= from * 1_000 && at < (to + 1) * 1_000
    }
    found.push(...page.data.filter(within))
    if (!page.hasMore) break
    after = page.data.at(-1)!.id
  }
  return found.slice(offset, offset + limit)
}

interface Range {
  readonly least: number
  readonly most: number
  readonly usual: number
}

function wholeNumber(c: Context, name: string, { least, most, usual }: Range): number {
  const text = c.req.query(name) ?? String(usual)
  const number = Number(text)
  if (/^\d{1,12}$/.test(text) && number >= least && number <= most) return number
  throw refusalOfFaults([invalid(name, `a whole number from ${least} to ${most} is needed`)])
}
