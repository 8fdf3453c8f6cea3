import { Hono, type Context } from 'hono'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readFilter } from '../captured/capture-query.ts'
import { follow, type Step } from '../captured/follow.ts'
import { Refusal } from '../http/errors.ts'
import { serverSentEvent, streamOf } from '../http/event-stream.ts'
import { parameter } from '../http/page-query.ts'
import { places } from '../http/places.ts'
import { captureSummary } from './capture-summary.ts'

export interface Streaming {
  /** Hands over an answer only when it is whole: a stream ends with what comes first. */
  readonly wholeAnswers?: boolean
  /** Aborted when the host stops. */
  readonly stopping?: AbortSignal
}

/** `/v1/captures/events`: emails as they are captured, as server-sent events. */
export function v1CaptureEvents(postern: Postern, streaming: Streaming): Hono<ApiEnv> {
  const { wholeAnswers: once = false, stopping } = streaming
  const enter = places(mostStreams, tooMany)

  async function* events(c: Context<ApiEnv>, place: string, gone: AbortSignal) {
    const { scope } = c.var.caller
    const ms = once ? wholeAnswerMs : streamMs
    // Who is cut off before the first event goes on from here as well.
    yield `retry: ${comeBackMs}\n${serverSentEvent(place)}`
    const steps = follow(postern, { place, scope, filter: readFilter(c), ms, once, gone })
    for await (const step of steps) yield step ? told(step) : heartbeat
  }

  return new Hono<ApiEnv>().get('/captures/events', async (c) => {
    readFilter(c)
    const place = await readPlace(c, postern)
    c.header('Content-Type', 'text/event-stream; charset=utf-8')
    // Or nginx gathers some kB of events before it hands them on.
    c.header('X-Accel-Buffering', 'no')
    if (c.req.method === 'HEAD') return c.body(null)
    const leave = enter(c.var.caller.owner)
    const ending = new AbortController()
    const gone = AbortSignal.any([ending.signal, c.req.raw.signal, ...(stopping ? [stopping] : [])])
    gone.addEventListener('abort', leave, { once: true })
    const { clock } = postern
    return c.body(streamOf(events(c, place, gone), { clock, onEnd: () => ending.abort() }))
  })
}

/** Where the reader was, or now. @throws Refusal 422 for what is no place */
async function readPlace(c: Context<ApiEnv>, { captures }: Postern): Promise<string> {
  const after = c.req.header('last-event-id')?.trim().toLowerCase() || undefined
  const news = await captures.news({ scope: c.var.caller.scope, after, limit: 1 })
  if (!news) throw parameter('Last-Event-ID', 'the id of an event is needed')
  return after ?? news.place
}

function told({ place, capture }: Step): string {
  return serverSentEvent(place, capture && { name: eventName, data: captureSummary(capture) })
}

const eventName = 'email.captured'

const heartbeat = ':\n\n'

/**
 * How long one answer goes on, in milliseconds; then the reader comes again, shows its key again, and
 * goes on where it was. An HTTP API of AWS waits 30 s for an answer.
 */
const streamMs = 300_000
const wholeAnswerMs = 20_000

/** After how many milliseconds the reader comes again. */
const comeBackMs = 1_000

/** Each looks again with every capture. */
const mostStreams = { ofOne: 100, inAll: 500 }

const tooMany = new Refusal(
  429,
  'rate_limit_exceeded',
  `There are ${mostStreams.ofOne} streams with this key already, or ${mostStreams.inAll} in all.`,
  {},
  5,
)
