import type { Scope } from '../../mail/email/project.ts'
import type { Capture, News } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { isWanted, type CaptureFilter } from './capture-query.ts'
import { lookUntil } from './look-until.ts'

interface Following {
  /** Behind which it begins. */
  readonly place: string
  readonly scope: Scope
  readonly filter: CaptureFilter
  /** For how long. */
  readonly ms: number
  /** Ends with what comes first. */
  readonly once: boolean
  /** Aborted when the reader is gone, or the host stops. */
  readonly gone: AbortSignal
}

/** Where one is; with a capture that came there. */
export interface Step {
  readonly place: string
  readonly capture?: Capture
}

/** Milliseconds after which a quiet stream says that it is there: proxies cut it after 30 s or 60 s. */
const heartbeatMs = 15_000

/** Captures that are read at a time. */
const atOnce = 100

/** Captures as they come; where one is when others came alone; and nothing in between, now and then. */
export async function* follow(
  postern: Postern,
  { place, scope, filter, ms, once, gone }: Following,
): AsyncGenerator<Step | undefined, void> {
  const { captures, clock } = postern
  const end = clock.now() + ms
  let after = place
  let told = place

  async function look() {
    const news = (await captures.news({ scope, after, limit: atOnce }))!
    after = news.place
    return { ...news, data: news.data.filter(({ capture }) => isWanted(capture, filter)) }
  }

  while (!gone.aborted && clock.now() < end) {
    const waitMs = Math.min(heartbeatMs, end - clock.now())
    const { data } = await lookUntil(postern, { waitMs, gone }, look, isNews)
    yield* data
    if (once && data.length > 0) return
    const isMoved = after !== (data.at(-1)?.place ?? told)
    if (isMoved) yield { place: after }
    else if (data.length === 0) yield undefined
    told = after
  }
}

function isNews({ data, hasMore }: News): boolean {
  return data.length > 0 || hasMore
}
