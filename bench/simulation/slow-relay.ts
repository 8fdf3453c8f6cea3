import { sendTimes } from '../../backends/aws/env.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { content, plainEmail } from './bulk.ts'
import { noCalls } from './calls.ts'
import { startEventSource } from './event-source.ts'
import { memoryEmails } from './memory-emails.ts'
import { memoryStanding } from './memory-standing.ts'
import { randomFrom } from './random.ts'
import { spread } from './simulated-ses.ts'
import { simulatedSqs } from './simulated-sqs.ts'
import { makeWorld, type World } from './world.ts'

/** What is simulated: emails for a domain whose answers come late, next to those for another one. */
interface SlowRelay {
  /** From the final dot to its answer. */
  readonly answerSeconds: number
  /** When the function is cut off. */
  readonly invocationSeconds: number
  readonly senders: number
  /** Put at once, for the slow domain; for the other one a second, for half an hour. */
  readonly slow: number
  readonly perSecond: number
  readonly seed: number
}

interface SlowRelayResult {
  /** Emails for the slow domain that it knows as sent, and copies beyond one each. */
  readonly sent: number
  readonly extra: number
  readonly held: number
  /** From being put until they were taken, for the other domain, in seconds. */
  readonly otherSeconds: { readonly median: number; readonly p99: number; readonly most: number }
}

const minutes = 60_000
/** While emails are put for the other domain. */
const lastsMs = 30 * minutes

export async function simulateSlowRelay(scenario: SlowRelay): Promise<SlowRelayResult> {
  const { invocationSeconds, senders, slow, perSecond } = scenario
  const random = randomFrom(scenario.seed)
  const world = makeWorld()
  const { clock } = world
  const emails = memoryEmails()
  const { visibilitySeconds } = sendTimes
  const sqs = simulatedSqs({ clock, visibilitySeconds, fair: true, doubled: 0, random })
  const relay = slowRelay(world, scenario.answerSeconds * 1_000, random)
  const ids: string[] = []
  const put = async (lane: string) => {
    const email = plainEmail(lane, '', clock.now())
    if (lane === 'slow') ids.push(email.id)
    await emails.create(email)
    await sqs.queue.put([{ ...jobOf(email, content), lane }])
  }
  const calls = noCalls()
  const shared = { world, sqs, engine: relay.engine, emails, standing: memoryStanding() }
  const cloud = { ...shared, calls, senders, invocationSeconds, random }
  startEventSource({ cloud, senders, batchSize: 10, crashes: 0 })
  const since = clock.now()
  for (let i = 0; i < slow; i++) await put('slow')
  void putSteadily(world, perSecond, () => put('quick'))
  await world.run(() => clock.now() - since > lastsMs && sqs.isEmpty)
  const records = await Promise.all(ids.map((id) => emails.get(id, '*')))
  const waits = relay.waits.sort((a, b) => a - b)
  return {
    sent: records.filter((record) => record?.state === 'sent').length,
    extra: relay.copies - slow,
    held: records.filter((record) => record?.state === 'held').length,
    otherSeconds: {
      median: waits[Math.floor(waits.length / 2)] ?? NaN,
      p99: waits[Math.floor(waits.length * 0.99)] ?? NaN,
      most: waits.at(-1) ?? NaN,
    },
  }
}

async function putSteadily(world: World, perSecond: number, put: () => Promise<void>) {
  for (let n = 0; n < (lastsMs / 1_000) * perSecond; n++) {
    await put()
    await world.sleep(1_000 / perSecond)
  }
}

/** Takes every email when the dot comes; what it answers for one domain comes late. */
function slowRelay({ clock }: World, answerMs: number, random: () => number) {
  const waits: number[] = []
  const state = { copies: 0 }
  const engine: Engine = {
    name: 'smtp',
    async send({ date, envelope: { to } }, signal) {
      const isSlow = to[0]!.startsWith('slow@')
      await clock.until(clock.now() + quickMs * spread(random), signal)
      if (isSlow) state.copies += 1
      else waits.push((clock.now() - date.getTime()) / 1_000)
      if (!isSlow) return { kind: 'sent' }
      await clock.until(clock.now() + answerMs, signal)
      return signal.aborted ? { kind: 'ambiguous', reason: 'no answer in time' } : { kind: 'sent' }
    },
    verify: async () => ({ valid: true }),
    rate: async () => null,
    close: async () => undefined,
  }
  return {
    engine,
    waits,
    get copies() {
      return state.copies
    },
  }
}

/** A whole conversation with a server that is quick, in milliseconds. */
const quickMs = 200
