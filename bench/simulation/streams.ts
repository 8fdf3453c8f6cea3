import { batchSize, sendTimes } from '../../backends/aws/env.ts'
import { messageGroup, type MessageGroups } from '../../backends/aws/queue/message-group.ts'
import { jobOf, type Job } from '../../mail/email/job.ts'
import type { Stream } from '../../mail/email/stream.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { content, plainEmail } from './bulk.ts'
import { noCalls } from './calls.ts'
import { startEventSource } from './event-source.ts'
import type { FairMemory } from './fairness.ts'
import { memoryEmails } from './memory-emails.ts'
import { memoryStanding } from './memory-standing.ts'
import { randomFrom } from './random.ts'
import { simulatedSes } from './simulated-ses.ts'
import { simulatedSqs } from './simulated-sqs.ts'
import { makeWorld } from './world.ts'

/** What is simulated: bulk emails that wait for a domain, and codes to the same domain meanwhile. */
export interface StreamsScenario {
  /** What SES allows. */
  readonly perSecond: number
  /** Most environments at a time. */
  readonly senders: number
  /** Emails that wait from the start. */
  readonly bulk: number
  /** Domains that they are for, as many as the codes are for. */
  readonly domains: number
  /** MessageGroupId of a lane, where another way than ours is looked at. */
  readonly groupOf?: MessageGroups
  /** What SQS remembers, where it is not as we think. */
  readonly memory?: FairMemory
  /** Codes a second, at times that know nothing of each other. */
  readonly codesPerSecond: number
  /** After the first of them: how long is looked at. */
  readonly seconds: number
  readonly seed: number
}

export interface StreamsResult {
  readonly codes: number
  /** From being put until SES has it, for a code, in seconds. */
  readonly median: number
  readonly p99: number
  readonly most: number
  /** Of what SES took, how much was bulk, 0 to 1; and how much of what it allows was used. */
  readonly bulkShare: number
  readonly used: number
  readonly throttled: number
  /** SQS requests for each email that left. */
  readonly requests: number
}

/** Environments are there and at work by then. */
const warmUpMs = 30_000

export async function simulateStreams(scenario: StreamsScenario): Promise<StreamsResult> {
  const { perSecond, senders, bulk, domains, codesPerSecond, seconds } = scenario
  const { groupOf = messageGroup, memory } = scenario
  const random = randomFrom(scenario.seed)
  const world = makeWorld()
  const { clock } = world
  const calls = noCalls()
  const emails = memoryEmails({ forgets: true })
  const { invocationSeconds, visibilitySeconds } = sendTimes
  const sqs = simulatedSqs({
    clock,
    visibilitySeconds,
    fair: true,
    doubled: 0,
    random,
    groupOf,
    memory,
  })
  const ses = simulatedSes({ world, perSecond, latencyMs: 90, random })
  const left = noted(ses.engine, () => clock.now())
  const since = clock.now()
  const make = (stream: Stream, subject: string, n: number): Job => {
    const plain = plainEmail('ann', subject, clock.now())
    const address = `ann@d${n % domains}.test`
    const email = { ...plain, stream, recipients: [{ address, state: 'queued' as const }] }
    // Resolves at once; it is not asked for before the next turn.
    void emails.create(email)
    return jobOf(email, content)
  }
  const groupsOfBulk = new Set(
    Array.from({ length: 2 * domains + 100 }, (_, n) =>
      groupOf({ id: `${n}`, lane: `bulk:d${n % domains}.test` }),
    ),
  )
  for (const group of bulk > 0 ? groupsOfBulk : [])
    sqs.fill(Math.ceil(bulk / groupsOfBulk.size), group, (n) => make('bulk', '', n))
  const standing = memoryStanding()
  const parts = { world, sqs, engine: left.engine, emails, standing, calls }
  const cloud = { ...parts, senders, random, invocationSeconds }
  startEventSource({ cloud, senders, batchSize, crashes: 0 })
  const [from, to] = [since + warmUpMs, since + warmUpMs + seconds * 1_000]
  const putAt: number[] = []

  const putOne = (n: number) => sqs.queue.put([make('transactional', `${n}`, n)])
  /** The world knows whole milliseconds. */
  const together = Math.ceil(codesPerSecond / 100)

  async function putCodes() {
    await world.sleep(warmUpMs / 2)
    while (codesPerSecond > 0 && clock.now() < to) {
      for (let i = 0; i < together; i++) await putOne(putAt.push(clock.now()))
      await world.sleep((-Math.log(1 - random()) / codesPerSecond) * together * 1_000)
    }
  }

  void putCodes()
  await world.run(() => clock.now() > to + 10_000)
  const waits = putAt
    .map((at, i) => ((ses.acceptedAt(`${i + 1}`) ?? Infinity) - at) / 1_000)
    .sort((a, b) => a - b)
  const taken = left.all.filter(({ at }) => at >= from && at < to)
  return {
    codes: waits.length,
    median: waits[Math.floor(waits.length / 2)] ?? NaN,
    p99: waits[Math.floor(waits.length * 0.99)] ?? NaN,
    most: waits.at(-1) ?? NaN,
    bulkShare: taken.filter(({ stream }) => stream === 'bulk').length / taken.length,
    used: taken.length / (seconds * perSecond),
    throttled: ses.throttled / (ses.accepted + ses.throttled),
    requests: (calls.receives + calls.deletes + calls.deferrals) / left.all.length,
  }
}

/** The engine, with a note of what it took and when. */
function noted(engine: Engine, now: () => number) {
  const all: { readonly at: number; readonly stream: Stream }[] = []
  return {
    all,
    engine: {
      ...engine,
      async send(...[parcel, signal]: Parameters<Engine['send']>) {
        const outcome = await engine.send(parcel, signal)
        const stream = parcel.subject === '' ? 'bulk' : 'transactional'
        if (outcome.kind === 'sent') all.push({ at: now(), stream })
        return outcome
      },
    },
  }
}
