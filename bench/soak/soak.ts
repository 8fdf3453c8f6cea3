import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../child.ts'
import { orInterrupted } from '../interruption.ts'
import { rssMegabytes } from '../process-usage.ts'
import { freePort } from '../free-port.ts'
import { integrityOf } from './data-directory.ts'
import type { EndpointOrder } from './endpoint.ts'
import type { KillerEntry, ProducerEntry, SinkEntry, ToldEntry } from './entries.ts'
import { openLog, readLog, type LogFile } from './log-file.ts'
import type { ProducerOrder } from './producer.ts'
import { drawn } from './random.ts'
import { reconcile, type Account } from './reconcile.ts'
import { isMissingIn, readRecords, retryHeld, untilQuiet } from './records.ts'
import type { SinkOrder } from './smtp-sink.ts'
import { accountOfTelling, type TellingAccount } from './telling.ts'
import { startVictim, type Home, type Victim } from './victim.ts'
import { setWebhook, untilTold } from './webhook.ts'

export interface SoakPlan {
  readonly seed: number
  /** How long emails are produced and processes killed. */
  readonly seconds: number
  /** So long before that the faults end, so that little is left to wait for. */
  readonly calmSeconds: number
  readonly perSecond: number
  /** A life ends at most so many milliseconds after it was ready; on average after half of that. */
  readonly longestLifeMs: number
  /** A machine on which so many kills take longer gets longer. */
  readonly leastKills: number
  /** Faults of the sink, so many times as frequent as usual. */
  readonly faultTimes: number
  /** How long the sink takes for an email. */
  readonly sinkDelayMs: number
  /** The sink goes away after so many seconds, again and again, each time for so long. */
  readonly down: { readonly everySeconds: number; readonly seconds: number }
  /** How long the producer asks again for what was not answered, once nothing is killed any more. */
  readonly patienceSeconds: number
  /** Waits for jobs too whose email is settled: what they do is nothing, or a copy too many. */
  readonly untilNoJobs: boolean
  readonly preload?: string
}

export interface SoakRun {
  readonly plan: SoakPlan
  readonly account: Account
  readonly telling: TellingAccount
  readonly kills: number
  /** Of those, while it was still starting. */
  readonly killsAtStart: number
  readonly startMs: readonly number[]
  readonly mostMegabytes: number
  readonly drainSeconds: number
  readonly isQuiet: boolean
  readonly integrity: string
}

/** Of the events that a webhook is told. */
const faultShare = 0.001

/** Without killing, the sink without faults: how long until nothing may wait any more. */
const longestDrainMs = 600_000

/** One soak: emails go in, Postern is killed again and again, and every email is accounted for. */
export async function soak(plan: SoakPlan): Promise<SoakRun> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-soak-'))
  const sink = startChild<SinkOrder, number>('soak/smtp-sink.ts')
  const producer = startChild<ProducerOrder, number>('soak/producer.ts')
  const endpoint = startChild<EndpointOrder, number>('soak/endpoint.ts')
  const scene = { directory, sink, producer, endpoint, life: undefined as Victim | undefined }
  try {
    return await orInterrupted(play(plan, scene))
  } finally {
    await scene.life?.kill()
    await producer.close()
    await sink.close()
    await endpoint.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Scene {
  readonly directory: string
  readonly sink: ReturnType<typeof startChild<SinkOrder, number>>
  readonly producer: ReturnType<typeof startChild<ProducerOrder, number>>
  readonly endpoint: ReturnType<typeof startChild<EndpointOrder, number>>
  /** The process that runs now. */
  life: Victim | undefined
}

async function play(plan: SoakPlan, scene: Scene): Promise<SoakRun> {
  const isSound = plan.preload === undefined
  const { seed, calmSeconds, perSecond, faultTimes, patienceSeconds, untilNoJobs } = plan
  const log = (name: string) => join(scene.directory, `${name}.log`)
  const sinkPace = { times: faultTimes, delayMs: plan.sinkDelayMs }
  const opening = { kind: 'open', seed, log: log('sink'), ...sinkPace } as const
  const home: Home = {
    directory: join(scene.directory, 'data'),
    port: await freePort(),
    smtpPort: await freePort(),
    sinkPort: await scene.sink.ask(opening),
    errorLog: log('postern'),
    ...(plan.preload && { preload: plan.preload }),
  }
  const { port, smtpPort } = home
  const url = `http://127.0.0.1:${port}`
  const endpointPort = await scene.endpoint.ask({ seed, faultShare, log: log('endpoint') })
  const startMs = await firstLife(home, scene, () => setWebhook(url, seed, endpointPort))
  const seconds = Math.max(plan.seconds, secondsForKills(plan, startMs))
  const end = Date.now() + seconds * 1_000
  const pace = { seconds, perSecond, patienceSeconds }
  const order = { seed, log: log('producer'), port, smtpPort, ...pace }
  const produced = scene.producer.ask(order)
  const calm = interruptSink(plan, scene, end - calmSeconds * 1_000)
  await killUntil(end, plan, { home, scene, log: openLog<KillerEntry>(log('killer')) })
  await calm

  scene.life = startVictim(home)
  await scene.life.ready
  const since = Date.now()
  await produced
  const quiet = () => untilQuiet(url, untilNoJobs, since + longestDrainMs)
  let isQuiet = await quiet()
  const seenToAt = Date.now()
  await retryHeld(url, isMissingIn(seed, readLog<SinkEntry>(log('sink'))))
  isQuiet &&= await quiet()
  const drainSeconds = (Date.now() - since) / 1_000
  const records = await readRecords(url)
  const patience = isSound ? longestDrainMs : 0
  const readHeard = () => readLog<ToldEntry>(log('endpoint'))
  const events = await untilTold(url, readHeard, Date.now() + patience)
  await scene.life.stop()

  const killed = readLog<KillerEntry>(log('killer'))
  const account = reconcile({
    seed,
    produced: readLog<ProducerEntry>(log('producer')),
    sunk: readLog<SinkEntry>(log('sink')),
    killed,
    records,
    seenToAt,
  })
  const telling = accountOfTelling({ heard: readHeard(), killed, events, records })
  const integrity = integrityOf(home.directory)
  return { plan, account, telling, ...summaryOf(killed), drainSeconds, isQuiet, integrity }
}

/** Prepares Postern for what comes, and kills it; how long it took to start, in milliseconds. */
async function firstLife(home: Home, scene: Scene, prepare: () => Promise<void>): Promise<number> {
  const first = (scene.life = startVictim(home))
  const startMs = await first.ready
  if (startMs === undefined) throw new Error('Postern did not start')
  await prepare()
  await first.kill()
  return startMs
}

/** How long so many lives take on this machine, derived from how long one takes to start. */
function secondsForKills({ leastKills, longestLifeMs }: SoakPlan, startMs: number): number {
  return (leastKills * (startMs + longestLifeMs / 2)) / 1_000
}

/** One life after another until the time is over, each for as long as the seed says. */
interface Killing {
  readonly home: Home
  readonly scene: Scene
  readonly log: LogFile<KillerEntry>
}

async function killUntil(end: number, plan: SoakPlan, { home, scene, log }: Killing) {
  const { seed, leastKills, longestLifeMs } = plan
  for (let life = 0; Date.now() < end || life < leastKills; life++) {
    log.add({ at: Date.now(), what: 'started' })
    const victim = (scene.life = startVictim(home))
    let isReady = false
    const settled = victim.ready.then((ms) => {
      if (ms === undefined) return
      isReady = true
      log.add({ at: Date.now(), what: 'ready', ms })
    })
    const isShort = drawn(seed, 'short', life) < killedAtStart
    if (!isShort) await settled
    await pause((isShort ? longestStartMs : longestLifeMs) * drawn(seed, 'life', life))
    const rss = rssMegabytes(victim.pid)
    log.add({ at: Date.now(), what: 'killed', wasReady: isReady, ...(rss && { rss }) })
    await victim.kill()
    await settled
  }
  log.close()
}

/** This share of the lives ends so soon that it may not have got ready. */
const killedAtStart = 0.15
const longestStartMs = 1_000

/** The sink goes away now and then; from `end` on it works without faults. */
async function interruptSink({ down }: SoakPlan, { sink }: Scene, end: number) {
  const every = down.everySeconds * 1_000
  while (Date.now() + every + down.seconds * 1_000 < end) {
    await pause(every)
    await sink.ask({ kind: 'goDown', ms: down.seconds * 1_000 })
  }
  await pause(end - Date.now())
  await sink.ask({ kind: 'calm' })
}

function summaryOf(killed: readonly KillerEntry[]) {
  const kills = killed.filter((entry) => entry.what === 'killed')
  const starts = killed.filter((entry) => entry.what === 'ready')
  return {
    kills: kills.length,
    killsAtStart: kills.filter(({ wasReady }) => !wasReady).length,
    startMs: starts.map(({ ms }) => Math.round(ms)),
    mostMegabytes: Math.round(Math.max(0, ...kills.map(({ rss = 0 }) => rss))),
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
