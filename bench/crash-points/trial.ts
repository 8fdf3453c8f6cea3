import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { integrityOf, orphansIn } from '../soak/data-directory.ts'
import { openEndpoint } from '../soak/endpoint-server.ts'
import type { KillerEntry, SinkEntry, ToldEntry } from '../soak/entries.ts'
import { faultWords, reconcile } from '../soak/reconcile.ts'
import { isMissingIn, readRecords, retryHeld, untilQuiet } from '../soak/records.ts'
import type { Stage } from '../soak/sink-dialogue.ts'
import { openSink } from '../soak/sink-server.ts'
import { accountOfTelling, tellingFaultWords } from '../soak/telling.ts'
import { type Home, startVictim, type Victim } from '../soak/victim.ts'
import { setWebhook, untilTold } from '../soak/webhook.ts'
import { openApplication } from './application.ts'
import type { Crash } from './crash-at.ts'
import type { Injection, Life } from './life.ts'
import { openProvider } from './provider.ts'
import { straceFor } from './syscalls.ts'

export interface TrialResult {
  /** Whether every life ended as it was to. */
  readonly hit: boolean
  /** What is wrong, in words. */
  readonly faults: readonly string[]
  readonly acknowledged: number
  /** Copies beyond one, each explained. */
  readonly extra: number
}

/** A life that has not ended after so many milliseconds never came to its crash. */
const longestLifeMs = 30_000

/** How long the sound life at the end may take. */
const longestEndMs = 60_000

/** It starts this much later, so that the waiting of what was half done is over. */
const laterMs = 600_000

/** How long the mail server takes for an email: long enough for all of them to be sent at once. */
const delayMs = 100

/** Content whose request was never answered is removed after this long. */
const orphanMs = 4 * 86_400_000

/** How long Postern gets to deal with what it was told, before it is stopped and asked. */
const dealingMs = 500

/**
 * A few emails are asked for while Postern dies as it is told to; then it starts once more, what was
 * not answered is asked for again, and every email is accounted for.
 */
export async function runTrial(seed: number, lives: readonly Life[]): Promise<TrialResult> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-crash-'))
  const sunk: SinkEntry[] = []
  const killed: KillerEntry[] = []
  const heard: ToldEntry[] = []
  let victim: Victim | undefined
  let onStage: (stage: Stage) => Promise<boolean> = () => Promise.resolve(true)
  let onAnswer = () => undefined as void
  const sink = await openSink({
    ...{ seed, times: 0, delayMs },
    write: (entry) => void sunk.push(entry),
    reached: (stage) => onStage(stage),
  })
  const endpoint = await openEndpoint({
    ...{ seed, faultShare: 0 },
    write: (entry) => void heard.push(entry),
  })
  const home: Home = {
    directory: join(directory, 'data'),
    port: await freePort(),
    smtpPort: await freePort(),
    sinkPort: sink.port,
    errorLog: join(directory, 'errors'),
    preload: new URL('./crash-at.ts', import.meta.url).pathname,
  }
  const url = `http://127.0.0.1:${home.port}`
  const application = openApplication(seed, home, () => onAnswer())
  const provider = openProvider(seed, application.produced, sunk)

  function start(crash: Crash = {}, through: readonly string[] = []): Victim {
    return (victim = startVictim({
      ...home,
      through,
      settings: provider.settings,
      env: { POSTERN_CRASH: JSON.stringify(crash) },
    }))
  }

  /** Whether it ended as it was to. */
  async function live(way: Life): Promise<boolean> {
    const { crash, inject, sink, client } = way
    const report = join(directory, 'strace')
    const database = join(home.directory, 'postern.sqlite')
    const life = start(crash, inject && straceFor(inject, database, report))
    let left = sink?.time ?? 0
    onStage = async (stage) => {
      if (stage !== sink?.stage || (left -= 1) > 0) return true
      await life.kill()
      // Another that has just come may be stored all the same, or not.
      return stage === 'stored'
    }
    onAnswer = () => void (client === 'answer read' && life.kill())
    const limit = AbortSignal.timeout(longestLifeMs)
    const tooLong = new Promise<false>((resolve) => {
      limit.addEventListener('abort', () => resolve(false))
    })
    // It may die while it is being asked.
    void act(life, way).catch(() => undefined)
    const hit = await Promise.race([life.ended.then(() => true), tooLong])
    await life.kill()
    killed.push({ at: Date.now(), what: 'killed', wasReady: true })
    return inject ? wasInjected(inject, report) : hit
  }

  async function act(life: Victim, { client, after, retries, tells, hooks }: Life) {
    if ((await life.ready) === undefined) return
    if (hooks) {
      await setWebhook(url, seed, endpoint.port)
      return life.kill()
    }
    if (client === 'head sent') {
      await application.knock()
      return life.kill()
    }
    const all = application.askForAll()
    if (retries) {
      await untilQuiet(url, false, Date.now() + longestLifeMs)
      await retryHeld(url, isMissingIn(seed, sunk))
    }
    if (tells) {
      await all
      await untilQuiet(url, false, Date.now() + longestLifeMs)
      await provider.tell(url)
    }
    if (!after) return
    await (after === 'answers' ? application.tried : all)
    if (after !== 'answers') await untilQuiet(url, false, Date.now() + longestLifeMs)
    await (after === 'stop' ? life.stop() : life.kill())
  }

  /** The sound life at the end: until every email is settled. */
  async function liveOn(crash: Crash) {
    onStage = () => Promise.resolve(true)
    onAnswer = () => undefined
    const life = start(crash)
    await life.ready
    const deadline = Date.now() + longestEndMs
    await application.askForAll()
    await untilQuiet(url, false, deadline)
    await retryHeld(url, isMissingIn(seed, sunk))
    await untilQuiet(url, false, deadline)
    const records = await readRecords(url)
    await life.stop()
    return records
  }

  /** In a sound life, once the endpoint was told of all there is. */
  async function eventsTold(laterMs: number) {
    const life = start({ laterMs })
    await life.ready
    const events = await untilTold(url, () => heard, Date.now() + longestEndMs)
    await life.stop()
    return events
  }

  /** What is wrong once the provider was answered with yes, and once it has told all of it again. */
  async function faultsOfTelling(laterMs: number): Promise<readonly string[]> {
    const faults = await tellUntilTaken(laterMs, provider.isTaken() ? 0 : 1)
    return faults.length > 0 ? faults : tellUntilTaken(laterMs, 1)
  }

  /** In lives that are sound, until nothing is wrong or the time is over. */
  async function tellUntilTaken(laterMs: number, batches: number): Promise<readonly string[]> {
    const deadline = Date.now() + longestEndMs
    for (let left = batches; ;) {
      const life = start({ laterMs })
      await life.ready
      while (left > 0 && Date.now() < deadline) left -= Number(await provider.tell(url))
      await setTimeout(dealingMs)
      await life.stop()
      const faults = provider.faultsIn(home.directory)
      if (faults.length === 0 || Date.now() > deadline) return faults
    }
  }

  try {
    let hit = true
    for (const life of lives) hit = (await live(life)) && hit
    const since = Math.max(0, ...lives.map(({ crash }) => crash?.laterMs ?? 0))
    const records = await liveOn({ laterMs: since + laterMs })
    const isTold = lives.some(({ tells }) => tells)
    const told = isTold ? await faultsOfTelling(since + laterMs) : []
    const events = lives.some(({ hooks }) => hooks) ? await eventsTold(since + laterMs) : undefined
    const telling = events && accountOfTelling({ heard, killed, events, records })
    const { produced } = application
    const account = reconcile({ seed, produced, sunk, killed, records })
    const faults = [...faultWords(account), ...told, ...(telling ? tellingFaultWords(telling) : [])]
    const integrity = integrityOf(home.directory)
    if (integrity !== 'ok') faults.push(`the database is not whole: ${integrity}`)
    // What a crash may leave for a while.
    if (orphansIn(home.directory) > 0) await liveOn({ laterMs: since + orphanMs })
    if (orphansIn(home.directory) > 0) faults.push('content without an email stays for ever')
    const { acknowledged, extra } = account
    return { hit, faults, acknowledged, extra: extra.forced + extra.byKill }
  } finally {
    await victim?.kill()
    application.close()
    sink.close()
    endpoint.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** An error that was made is marked; a call that a kill ended has no result. */
function wasInjected({ what }: Injection, report: string): boolean {
  const mark = what.includes('error=') ? /\(INJECTED\)/ : / = \?$/m
  return mark.test(readFileSync(report, 'utf8'))
}
