import * as z from 'zod'
import { partsOfLane } from '../email/lane.ts'
import { streams, type Stream } from '../email/stream.ts'
import { line, senderDomain } from './fields.ts'

/** All of them stand in a document that AWS bounds to 8 KB. */
const mostPaused = 20

const note = line.max(200).nullable().default(null)

/** What a person has paused: a stream, or what of it goes to one domain. */
const pausedLane = z.strictObject({
  stream: z.enum(streams),
  domain: senderDomain.nullable().default(null),
  by: note,
  at: z.iso.datetime().nullable().default(null),
  reason: note,
})

export type PausedLane = z.output<typeof pausedLane>

/** A stream and a domain of it; `null`: all domains. */
export type LaneName = Pick<PausedLane, 'stream' | 'domain'>

export const pausedLanes = z
  .array(pausedLane)
  .max(mostPaused)
  .superRefine((all, context) => {
    all.forEach((one, at) => {
      const fault = faultOf(one, all.slice(0, at))
      if (fault) context.addIssue({ code: 'custom', path: [at, fault.field], message: fault.rule })
    })
  })
  .default([])
  .describe(
    'What a person has paused, who, when and why. Written by `postern queue pause` and `POST /v1/queue/pause`.',
  )

function faultOf(one: LaneName, before: readonly LaneName[]) {
  if (one.stream === 'transactional' && one.domain === null)
    return { field: 'domain', rule: wholeStream }
  return before.some((other) => isSame(other, one))
    ? { field: 'domain', rule: 'each stream and domain once' }
    : undefined
}

const wholeStream =
  'is needed: transactional email is paused domain by domain, all email with the engine "disabled"'

export function isSame(one: LaneName, other: LaneName): boolean {
  return one.stream === other.stream && one.domain === other.domain
}

/** Who paused a lane, if it is paused; asked for every email. */
export function pauseOf(
  { streams: { paused } }: { readonly streams: { readonly paused: readonly PausedLane[] } },
  lane: string,
): PausedLane | undefined {
  if (paused.length === 0) return undefined
  const { stream, domain } = partsOfLane(lane)
  return paused.find((one) => one.stream === stream && [null, domain].includes(one.domain))
}

/** Why an email of a paused lane waits, in words. */
export function pauseInWords({ stream, domain, by, at, reason }: PausedLane): string {
  const what = domain === null ? `the ${stream} stream` : `${stream} email to ${domain}`
  const who = [by && `by ${by}`, at && `at ${at}`].filter(Boolean).join(' ')
  return [`${what} is paused${who && ` ${who}`}`, reason].filter(Boolean).join(': ')
}

/** A lane in words, for a person: `bulk, example.com`. */
export function laneInWords({ stream, domain }: { stream: Stream; domain: string | null }): string {
  return domain === null ? stream : `${stream}, ${domain}`
}
