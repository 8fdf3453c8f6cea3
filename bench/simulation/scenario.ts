import { sendTimes } from '../../backends/aws/env.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Job } from '../../mail/email/job.ts'
import { content, plainEmail } from './bulk.ts'
import { costPerMillion, noCalls } from './calls.ts'
import { startEventSource } from './event-source.ts'
import { memoryEmails } from './memory-emails.ts'
import { memoryStanding } from './memory-standing.ts'
import { simulatedSes, type SesOptions } from './simulated-ses.ts'
import { randomFrom } from './random.ts'
import { simulatedSqs } from './simulated-sqs.ts'
import { makeWorld } from './world.ts'

/** What is simulated: so many emails on the queue at once, and a minute later an urgent one. */
export interface Scenario {
  readonly emails: number
  /** What SES allows. */
  readonly perSecond: number
  /** Most environments at a time. */
  readonly senders: number
  readonly batchSize: number
  /** Of SES. */
  readonly latencyMs: number
  readonly fair: boolean
  /** Share of the invocations that die in the middle. */
  readonly crashes: number
  /** Share of the messages that SQS gives twice. */
  readonly doubled: number
  readonly seed: number
  readonly outage?: SesOptions['outage']
}

export interface ScenarioResult {
  readonly scenario: Scenario
  /** Until SES had taken 99.9 % of the emails, and the last one, in seconds. */
  readonly mostSeconds: number
  readonly drainSeconds: number
  /** How much of what SES allows was used until 99.9 % were taken, 0 to 1. */
  readonly share: number
  /** Of all attempts, 0 to 1. */
  readonly throttled: number
  /** From when an urgent email was put behind all others until SES took it. */
  readonly urgentSeconds: number
  readonly crashed: number
  /** Copies that SES took beyond one of each email. */
  readonly extra: number
  /** Emails that SES never took. */
  readonly lost: number
  readonly mostInFlight: number
  /** Without SES itself. */
  readonly dollarsPerMillion: number
  /** What it took on this machine. */
  readonly realSeconds: number
}

const urgentAfterMs = 60_000

export async function simulate(scenario: Scenario): Promise<ScenarioResult> {
  const { emails: count, perSecond, senders, batchSize, latencyMs, fair, outage } = scenario
  const began = performance.now()
  const random = randomFrom(scenario.seed)
  const world = makeWorld()
  const { clock } = world
  const calls = noCalls()
  const emails = memoryEmails({ forgets: true })
  const { doubled } = scenario
  const { invocationSeconds, visibilitySeconds } = sendTimes
  const sqs = simulatedSqs({ clock, visibilitySeconds, fair, doubled, random })
  const ses = simulatedSes({ world, perSecond, latencyMs, random, outage })
  const put = (owner: string, subject: string, at: number): Job => {
    const email = plainEmail(owner, subject, at)
    // Resolves at once; it is not asked for before the next turn.
    void emails.create(email)
    return { ...jobOf(email, content), lane: owner }
  }
  const since = clock.now()
  sqs.fill(count, 'bulk', () => put('bulk', '', since))
  const standing = memoryStanding()
  const cloud = {
    ...{ world, sqs, engine: ses.engine, emails, standing, calls, senders, random },
    invocationSeconds,
  }
  const source = startEventSource({ cloud, senders, batchSize, crashes: scenario.crashes })
  const urgentAt = since + urgentAfterMs
  void world.sleep(urgentAfterMs).then(() => sqs.queue.put([put('urgent', 'urgent', urgentAt)]))

  await world.run(() => clock.now() > urgentAt && sqs.isEmpty)
  const extra = ses.doubled
  const most = Math.floor(count * 0.999)
  const secondsUntil = (accepted: number) => ((ses.timeOf(accepted) ?? NaN) - since) / 1_000
  return {
    scenario,
    mostSeconds: secondsUntil(most),
    drainSeconds: secondsUntil(ses.accepted),
    share: most / (secondsUntil(most) * perSecond),
    throttled: ses.throttled / (ses.accepted + ses.throttled),
    urgentSeconds: ((ses.acceptedAt('urgent') ?? NaN) - urgentAt) / 1_000,
    crashed: source.crashed,
    extra,
    lost: count + 1 - (ses.accepted - extra),
    mostInFlight: sqs.mostInFlight,
    dollarsPerMillion: costPerMillion(calls, count + 1, fair),
    realSeconds: (performance.now() - began) / 1_000,
  }
}
