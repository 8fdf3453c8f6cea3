import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { createApp } from '../api/app.ts'
import { localBackend, type LocalBackend } from '../backends/local/index.ts'
import { startNotifier } from '../backends/local/notifier.ts'
import { startReporter } from '../backends/local/reporter.ts'
import { startWorker } from '../backends/local/worker.ts'
import { builtFiles } from '../backends/web/built-files.ts'
import { openWeb } from '../backends/web/index.ts'
import { openEngineAside, sendGridBatch } from '../engines/index.ts'
import { systemClock } from '../mail/clock.ts'
import { deliver } from '../mail/deliver/deliver.ts'
import { fleet } from '../mail/deliver/fleet.ts'
import { guardian } from '../mail/guardian/guardian.ts'
import { pace } from '../mail/deliver/pace.ts'
import type { Clock } from '../mail/ports/clock.ts'
import type { Postern } from '../mail/ports/postern.ts'
import { notify } from '../mail/notify/notify.ts'
import { receive } from '../mail/report/receive.ts'
import { room } from '../mail/room.ts'
import { told } from '../mail/told.ts'
import { troubleLine } from '../mail/trouble.ts'
import { withOrigin, withProviderList } from '../mail/suppress/provider-list.ts'
import { settingsInForce } from '../mail/configure/in-force.ts'
import { composeAside } from './compose-aside.ts'
import { accessFor, makeFirstKey } from './access.ts'
import { consoleFolder } from './console-folder.ts'
import { readEnvironment, type Environment, type Variables } from './environment.ts'
import { Failure, exitCodes } from './failure.ts'
import { hostFacts } from './host-facts.ts'
import { serveHttp } from './http-server.ts'
import { makeFeedbackKey } from './feedback-key.ts'
import { guardSenders } from './guard-senders.ts'
import type { Log } from './log.ts'
import { observe } from './observe.ts'
import type { Meter } from './metrics/meter.ts'
import { serveMetrics } from './metrics/serve.ts'
import { importSecrets } from './secrets-file.ts'
import { tellFaults } from './settings-alarm.ts'
import { startSesFeedback } from './ses-feedback.ts'
import { refusedFeedback } from './refused-feedback.ts'
import { sayRestored } from './say-restored.ts'
import { startReturned } from './start-returned.ts'
import { reasonAt, unlist, walkDaily } from './ses-suppressions.ts'
import { startSmtp, type SmtpPlace } from './start-smtp.ts'
import { watchSettings } from './settings-watch.ts'
import { startSweeping } from './sweeping.ts'
import { spamd } from '../backends/web/spamd.ts'
import { starterSet } from '../backends/web/starter-set.ts'
import { watchedFolder, withTemplates } from './template-folder.ts'
import { version } from './version.ts'
import { watchMailbox } from './mailbox/watch.ts'
import { watchEngines } from './watch-engines.ts'

export interface StartOptions {
  /** The `POSTERN_` variables; other options win over them. */
  readonly env: Variables
  readonly directory?: string
  readonly port?: number
  readonly host?: string
  readonly smtpPort?: number | 'off'
  readonly clock?: Clock
  /** Takes the log, line by line; standard error unless given. */
  readonly write?: (text: string) => void
  /** Shows the first key to a person; without it the key goes to the file `first-key` in the data. */
  readonly showKey?: (token: string) => void
}

export interface RunningPostern {
  readonly url: string
  readonly smtp: SmtpPlace
  /** Where email for the bounce domain is taken. */
  readonly bouncePort?: number
  /** Where metrics are answered without a key. */
  readonly metricsUrl?: string
  readonly directory: string
  readonly postern: Postern
  /** Reads the certificates again; what goes wrong with that is logged. */
  readonly renew: () => void
  /** Takes nothing new, finishes what is being done, closes everything. May be called twice. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a whole Postern in this process: the API, the worker, the cleanup.
 *
 * @throws Failure in words for the user; nothing runs then
 */
export async function startPostern(options: StartOptions): Promise<RunningPostern> {
  const { clock = systemClock, write = (text) => process.stderr.write(text) } = options
  const environment = environmentOf(options)
  const { directory, host } = environment
  const observer = await observe(environment.watching, { write, clock })
  const { log, meter, hearing, onSession } = observer
  if (environment.webhooksPrivate) log({ level: 'warn', what: 'webhooks may be private' })
  const closers: Closer[] = [() => observer.close()]
  try {
    const { backend, postern } = await open({ environment, clock, log, meter }, closers)
    const access = accessFor(host, environment.hosts)
    if (access.access === 'keys') await makeFirstKey(postern, options.showKey ?? toFile(directory))
    const feedback = refusedFeedback(log)
    const folder = watchedFolder({ ...environment.templates, clock })
    if (environment.templates.isWanted) await folder.current()
    const mailbox = watchMailbox(postern, directory, log)
    closers.push(() => mailbox.stop())
    const facts = feedback.withCount(
      withTemplates(hostFacts(directory, backend, mailbox.trouble), folder),
    )
    const metrics = meter.page?.(postern, facts)
    const stopping = new AbortController()
    const app = createApp(postern, {
      ...access,
      stopping: stopping.signal,
      judgeSpam: environment.spamd && spamd(environment.spamd),
      url: environment.url,
      keepFirstKey: toFile(directory),
      version,
      hostFacts: facts,
      templates: async () => (await folder.current()).templates,
      starterSet: starterSet(),
      readSendGridBatch: sendGridBatch,
      backUp: () => backend.backUp(),
      onRefusedFeedback: feedback.refused,
      console: builtFiles(consoleFolder()),
      log,
      ...hearing,
      ...(environment.watching.metricsByKey && { metrics }),
    })
    const front: Closer[] = [() => stopping.abort()]
    closers.push(() => Promise.all(front.map((close) => close())))
    const server = await serveHttp(app.fetch, environment)
    front.push(() => server.close())
    const watched = metrics && (await serveMetrics(metrics, environment.watching))
    front.push(() => watched?.close())
    const smtp = await startSmtp(postern, {
      environment,
      access: access.access,
      httpUrl: server.url,
      log,
      onSession: onSession?.('submission'),
    })
    front.push(() => smtp.close())
    const returned = await startReturned(postern, environment, {
      log,
      onSession: onSession?.('returned'),
      ...feedback,
    })
    front.push(() => returned.close())
    const background = runInBackground(backend, postern, { environment, log, meter })
    front.push(() => background.stop())
    const sesFeedback = await startSesFeedback(environment.sesFeedbackQueue, backend, {
      log,
      ...feedback,
    })
    front.push(() => sesFeedback?.stop())
    sayRestored(directory, log)
    let stopped: Promise<void> | undefined
    const stop = () => (stopped ??= closeAll(closers))
    const renew = () => [smtp, returned].forEach((door) => door.renew())
    const { port: bouncePort } = returned
    const { url } = server
    const metricsUrl = watched && `${watched.url}/metrics`
    return { url, smtp: smtp.place, bouncePort, metricsUrl, directory, postern, renew, stop }
  } catch (error) {
    await closeAll(closers)
    throw error
  }
}

function environmentOf(options: StartOptions): Environment {
  const { env, directory, port, host, smtpPort } = options
  const environment = readEnvironment(env)
  return {
    ...environment,
    directory: directory ?? environment.directory,
    port: port ?? environment.port,
    host: host ?? environment.host,
    smtpPort: smtpPort ?? environment.smtpPort,
  }
}

/** Milliseconds that a verify waits for a slow server; proxies cut quiet requests after 60 s. */
const verifyMs = 50_000

/** What is open and has to be closed, in the order in which it was opened. */
type Closer = () => unknown

async function closeAll(closers: Closer[]) {
  for (const close of closers.reverse()) await close()
}

interface Host {
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

async function open({ environment, clock, log, meter }: Host, closers: Closer[]) {
  const { defaults, locks, deployed, secretsFile } = environment
  const backend = meter.backend(told(openBackend(environment, clock), log))
  closers.push(() => backend.close())
  const { settings: store, captures } = backend
  const inForce = tellFaults(settingsInForce({ store, clock, defaults, locks }), log)
  const engines = fleet({ open: openEngineAside, store, captures, clock, deployed, verifyMs })
  closers.push(() => engines.close())
  const here = { inForce, clock }
  const postern: Postern = {
    ...backend,
    suppressions: withProviderList(backend.suppressions, (some) => unlist(here, some)),
    inForce,
    fleet: meter.fleet(engines),
    pace: pace(clock),
    guardian: guardian({ ...backend, inForce }),
    room: room(getHeapStatistics().heap_size_limit),
    compose: composeAside,
    random: Math.random,
  }
  if (secretsFile) await importSecrets(postern, secretsFile)
  await makeFeedbackKey(postern)
  return { backend, postern }
}

function openBackend(environment: Environment, clock: Clock): LocalBackend {
  const { directory, keep, webhooksPrivate: privatePosts } = environment
  try {
    return localBackend(directory, { clock, keep, web: openWeb({ privatePosts }) })
  } catch (error) {
    // Its words are for the user.
    const words = error instanceof Error ? error.message : String(error)
    throw new Failure(exitCodes.no, words, { cause: error })
  }
}

/** For services without a terminal, whose output is a log, where no key belongs. */
function toFile(directory: string) {
  return (token: string) =>
    writeFileSync(join(directory, 'first-key'), `${token}\n`, { mode: 0o600, flush: true })
}

function runInBackground(
  backend: LocalBackend,
  postern: Postern,
  { environment: { stopSeconds }, log, meter }: Omit<Host, 'clock'>,
) {
  const { queue, clock } = backend
  const worker = startWorker({
    queue,
    deliver: (job, stop) => deliver(postern, job, stop),
    weights: async () => (await postern.inForce.current()).settings.streams.share,
    stopMs: stopSeconds * 1_000,
    clock,
    onError: (error) => log({ level: 'error', what: 'worker failed', ...troubleLine(error) }),
  })
  const reporter = startReporter({
    signals: backend.signals,
    receive: async (signal) =>
      meter.received(
        await receive(postern, await withOrigin(signal, (address) => reasonAt(postern, address))),
      ),
    clock,
    onError: (error) => log({ level: 'error', what: 'signal failed', ...troubleLine(error) }),
  })
  const notifier = startNotifier({
    ...backend,
    notify: (webhook, some, stop) => notify(postern, webhook, some, stop),
    onError: (error) => log({ level: 'error', what: 'notice failed', ...troubleLine(error) }),
  })
  const sweeping = startSweeping(backend, postern.inForce, (error) =>
    log({ level: 'error', what: 'cleanup failed', ...troubleLine(error) }),
  )
  const watching = watchSettings(backend, postern.inForce, (error) =>
    log({ level: 'error', what: 'settings cannot be read', ...troubleLine(error) }),
  )
  const engines = watchEngines(postern, (error) =>
    log({ level: 'error', what: 'engines cannot be asked', ...troubleLine(error) }),
  )
  const walking = walkDaily(postern, log)
  const guard = guardSenders(postern, (error) =>
    log({ level: 'error', what: 'senders cannot be judged', ...troubleLine(error) }),
  )
  const all = [worker, reporter, notifier, sweeping, watching, engines, walking]
  return {
    async stop() {
      await Promise.all(all.map((one) => one.stop()))
      // Last: it writes down what was counted till the end.
      await guard.stop()
    },
  }
}
