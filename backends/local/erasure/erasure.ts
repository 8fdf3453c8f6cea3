import { jsonIn } from '../../../mail/email/json.ts'
import { allProjects } from '../../../mail/email/project.ts'
import { addressFinder } from '../../../mail/erase/address-finder.ts'
import type { Erasure, ErasureSlice, ErasureStep } from '../../../mail/ports/erasure.ts'
import type { Store } from '../group-commit.ts'
import { captures, contents, strays, uploads } from './contents.ts'
import { emails } from './emails.ts'
import { deadLetters, idempotency, signals, standings, suppressions } from './rest.ts'
import { isRowIn, type Find, type Stage } from './stage.ts'
import { events, notices } from './told.ts'

/** In this order: the content of an email is needed until the record says that it is over. */
const stages: readonly Stage[] = [
  emails,
  contents,
  captures,
  events,
  notices,
  strays,
  signals,
  deadLetters,
  idempotency,
  uploads,
  suppressions,
  ...standings,
]

/** Rows that one commit looks at: some milliseconds. */
const usualRows = 200

/**
 * Looks through every table that may name an address, a few rows at a time. There is no index of all
 * places, as it would cost every email for what is seldom done.
 *
 * @param purge makes gone what was deleted; false while a backup holds the file
 */
export function sqliteErasure(store: Store, purge: () => Promise<boolean>): Erasure {
  return {
    async step(asked) {
      const { stage, key } = placeOf(asked.after)
      const here = stages[stage]
      if (here) return walk(store, asked, { stage, key, here })
      if (asked.isTrial || (await purge())) return nothing
      return { ...nothing, after: textOf(stage) }
    },
  }
}

const nothing: ErasureSlice = { found: [], left: [], waiting: [] }

interface Place {
  readonly stage: number
  /** Of the last row that was looked at. */
  readonly key?: readonly Bound[]
}

type Bound = string | number

async function walk(
  { sql, write }: Store,
  asked: ErasureStep,
  { stage, key, here }: Place & { readonly here: Stage },
): Promise<ErasureSlice> {
  const { scope, isTrial, withSuppressions } = asked
  if (here.isShared && scope !== allProjects) return { ...nothing, after: textOf(stage + 1) }
  const search = { sql, finder: addressFinder(asked.address), withSuppressions }
  const { rows: most = usualRows, select, look } = here

  function lookAt(): ErasureSlice {
    const rows = sql(select).all(...(key ?? Object.values(here.key)), most)
    const finds = rows.flatMap((row) => (isRowIn(row, scope) ? (look(row, search) ?? []) : []))
    if (!isTrial) for (const find of finds) find.erase?.()
    const last = rows.length < most ? undefined : rows.at(-1)!
    const behind = last && Object.keys(here.key).map((name) => last[name] as Bound)
    return { ...sliceOf(here, finds), after: behind ? textOf(stage, behind) : textOf(stage + 1) }
  }

  return isTrial ? lookAt() : write(lookAt)
}

function sliceOf({ kind }: Stage, finds: readonly Find[]): Omit<ErasureSlice, 'after'> {
  const [gone, kept] = [finds.filter(({ erase }) => erase), finds.filter(({ erase }) => !erase)]
  const waiting = kept.flatMap((find) => ('waiting' in find && find.waiting ? [find.waiting] : []))
  return { found: gone.map(() => kind), left: kept.map(() => kind), waiting }
}

/** Where a walk is; its keys may be words of a caller, so that no one else is shown them. */
function textOf(stage: number, key?: readonly Bound[]): string {
  return Buffer.from(JSON.stringify({ stage, key })).toString('base64url')
}

function placeOf(text: string | undefined): Place {
  if (text === undefined) return { stage: 0 }
  const place = jsonIn(Buffer.from(text, 'base64url').toString()) as Place | undefined
  if (typeof place?.stage !== 'number') throw new RangeError('not a place of an erasure')
  return place
}
