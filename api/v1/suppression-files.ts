import { Hono, type Context } from 'hono'
import { suppressionReasons, type SuppressionReason } from '../../mail/email/suppression.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import {
  linesOf,
  suppressionHeader,
  suppressionRows,
} from '../../mail/suppress/suppression-rows.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readBodyBytes } from '../http/body-bytes.ts'
import { Refusal } from '../http/errors.ts'
import { parameter, readPageQuery } from '../http/page-query.ts'
import type { Imported } from '../openapi/answers.ts'

/** The list of suppressions as files, to bring it along or to take it away. */
export function v1SuppressionFiles(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get('/suppressions/export', (c) => {
      const { after } = readPageQuery(c)
      const file = streamOf(lines(postern, c.var.caller.scope, after))
      return c.body(file, 200, {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="suppressions.csv"',
      })
    })
    .post('/suppressions/import', async (c) => {
      const text = decode(await readBodyBytes(c.req.raw, mostFileBytes))
      return c.json(await importRows(postern, c, text))
    })
}

/** Largest file that is taken at once, in bytes: `mostRows` with all that a row can say. */
const mostFileBytes = 4_000_000

/** Most rows that are taken at once: on AWS an answer has to come within 30 seconds. */
const mostRows = 10_000

/** Rows whose faults are told one by one. */
const mostTold = 100

/** So many are written side by side: on one machine they share a commit. */
const atOnce = 50

async function importRows(
  { suppressions, clock }: Postern,
  c: Context<ApiEnv>,
  text: string,
): Promise<Imported> {
  const { project, owner } = c.var.caller
  const now = clock.now()
  const rows = [...suppressionRows(text, { reason: readReason(c), now })]
  if (rows.length > mostRows) throw tooMany
  const faults = rows.flatMap((row) => ('rule' in row ? [row] : []))
  const fit = rows.flatMap((row) => ('rule' in row ? [] : [row]))
  let added = 0
  for (let first = 0; first < fit.length; first += atOnce) {
    const writes = fit
      .slice(first, first + atOnce)
      .map(({ place, cause }) =>
        suppressions.add({ project, ...place }, { ...cause, by: `${owner} (import)` }),
      )
    added += (await Promise.all(writes)).filter(({ isNew }) => isNew).length
  }
  return {
    added,
    known: fit.length - added,
    refused: faults.length,
    faults: faults.slice(0, mostTold),
  }
}

function readReason(c: Context): SuppressionReason {
  const reason = c.req.query('reason') ?? 'manual'
  const known = suppressionReasons.find((one) => one === reason)
  if (!known) throw parameter('reason', `one of ${suppressionReasons.join(', ')} is needed`)
  return known
}

const tooMany = new Refusal(
  413,
  'validation_error',
  `The file has more than ${mostRows} rows: import it in parts (postern suppressions import does).`,
)

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Refusal(400, 'not_utf8', 'The file is not valid UTF-8: save it as "CSV UTF-8".')
  }
}

/** Page by page as it is read, so that a long list is never held as a whole. */
async function* lines({ suppressions }: Postern, scope: string, from?: string) {
  yield suppressionHeader
  for (let after = from; ;) {
    const { data, hasMore } = await suppressions.list({ scope, limit: 100, after })
    yield data.map(linesOf).join('')
    if (!hasMore) return
    after = data.at(-1)!.id
  }
}

/** As it is read, and no further than that. */
function streamOf(texts: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await texts.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: () => void texts.return(),
  })
}
