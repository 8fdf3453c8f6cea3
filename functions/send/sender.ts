import type { Logger } from '@aws-lambda-powertools/logger'
import type { Metrics } from '@aws-lambda-powertools/metrics'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import type { Place } from '../../backends/aws/env.ts'
import { metricNames } from '../../mail/email/metric-names.ts'
import type { AwsBackend } from '../../backends/aws/index.ts'
import type { Question } from '../../backends/aws/send-function.ts'
import { compose } from '../../mail/compose/compose.ts'
import { fleet } from '../../mail/deliver/fleet.ts'
import { defaultProject } from '../../mail/email/project.ts'
import type { Backend } from '../../mail/ports/backend.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { settingsInForce } from '../../mail/configure/in-force.ts'
import { guardian } from '../../mail/guardian/guardian.ts'
import { room } from '../../mail/room.ts'
import { told } from '../../mail/told.ts'
import { toldTo } from '../told-to.ts'
import { spell } from '../../mail/settings/layers.ts'
import { troubleHere } from '../trouble-here.ts'
import { admission } from './admission.ts'
import { answer } from './answer.ts'
import { handleBatch } from './batch.ts'
import { collectGarbage } from './collect.ts'
import { dealWith, idHere, sentIn } from './deal-with.ts'
import { openEngineHere } from './engines.ts'
import { during, type Invocation } from './invocation.ts'
import { observedEmails, type AttemptReport } from '../../mail/observed-emails.ts'
import { observedStanding } from './observed-standing.ts'
import { contentBudget, room as roomToSend } from './room.ts'
import { tidied } from './tidy-engines.ts'
import { sharedPace } from './shared-pace.ts'
import { tally } from './tally.ts'

export interface SenderOptions {
  readonly place: Pick<Place, 'defaults' | 'locks' | 'senders'>
  readonly backend: Backend & Pick<AwsBackend, 'inbox' | 'sweepContents'>
  readonly logger: Logger
  readonly metrics: Metrics
  /** Of the function; what it must not use more than. */
  readonly memoryMb: number
}

/** What the send function does, wherever its parts are. */
export function sender({ place, logger, metrics, memoryMb, ...options }: SenderOptions) {
  const backend = told(options.backend, toldTo(logger))
  const { settings: store, captures, clock, inbox } = backend
  const { defaults, locks, senders } = place
  const counts = tally(metrics)
  const inForce = settingsInForce({ store, clock, defaults, locks })
  const postern: Postern = {
    ...backend,
    emails: observedEmails(backend.emails, note),
    standing: observedStanding(backend.standing, (...told) => paused.set(...told)),
    inForce,
    fleet: fleet({ open: tidied(openEngineHere, collectGarbage), store, captures, clock }),
    pace: sharedPace(clock, senders),
    guardian: guardian({ ...backend, inForce }),
    // What a batch brings waits for room of its own, before it gets here.
    room: room(Infinity),
    compose,
    random: Math.random,
  }
  const contents = roomToSend(contentBudget(memoryMb), collectGarbage)
  const paused = new Map<string, boolean>()
  const admit = admission(clock)
  let faultsTold = ''

  /** One line for each attempt. */
  function note({ settled, waitedMs, tries, project, ...line }: AttemptReport) {
    const told = tries.map(({ engine, outcome }) => ({ engine, outcome }))
    logger.info('attempt', { ...line, project, tries: told })
    if (waitedMs !== undefined) counts.highest(metricNames.waitSeconds, waitedMs / 1_000)
    if (settled) countTwice(metricNames.settled, { State: line.state })
    if (settled && project !== defaultProject)
      counts.count(metricNames.settled, { Project: project, State: line.state })
    if (line.state === 'held') counts.count(metricNames.held)
    for (const { engine, outcome } of tries) {
      counts.count(metricNames.attempts, { Engine: engine, Outcome: outcome })
      if (outcome === 'blocked') counts.count(metricNames.engineBlocked)
    }
  }

  /** Nothing where no engine was asked about: that must not end an alarm. */
  function noteEngines() {
    if (paused.size > 0)
      counts.highest(
        metricNames.pausedEngines,
        Number([...paused.values()].includes(true)),
        'Count',
      )
    paused.clear()
  }

  /** Also where little is sent: a held sender goes on once its rate has fallen. */
  async function noteSenders() {
    await postern.guardian.look()
    const levels = postern.guardian.watched().map(({ level }) => level)
    const of = (wanted: string) => levels.filter((level) => level === wanted).length
    counts.highest(metricNames.heldSenders, of('held'), 'Count')
    counts.highest(metricNames.warnedSenders, of('warned'), 'Count')
  }

  async function noteSettings() {
    const { faults } = await postern.inForce.current()
    if (faults.length > 0) counts.count(metricNames.settingsBroken)
    const told = spell(faults)
    if (told && told !== faultsTold) logger.error('settings broken', { faults: told })
    faultsTold = told
  }

  /** Without settings no email leaves, whatever its share would be. */
  async function admitted(records: readonly SQSRecord[]) {
    const inForce = await postern.inForce.current().catch(() => undefined)
    return admit(records, inForce?.settings.streams.share)
  }

  /** With its dimensions and without: an alarm cannot add them up. */
  function countTwice(name: string, dimensions: Readonly<Record<string, string>>) {
    counts.count(name)
    counts.count(name, dimensions)
  }

  function onError(error: unknown) {
    const line = troubleHere(error)
    logger.error('job failed', line)
    countTwice(metricNames.jobFailed, { Error: String(line['error']) })
  }

  function onDeferred({ attributes }: SQSRecord) {
    const waitedMs = clock.now() - Number(attributes.SentTimestamp)
    counts.highest(metricNames.deferredSeconds, waitedMs / 1_000)
  }

  /** With broken settings nothing is known of how long a content is to be kept. */
  async function sweep(invocation: Invocation): Promise<null> {
    const { settings, faults } = await postern.inForce.current()
    if (faults.length > 0) return null
    const removed = await during(invocation, ({ ending }) =>
      backend.sweepContents(settings, ending),
    )
    logger.info('contents swept', { removed })
    return null
  }

  async function walkSuppressed(invocation: Invocation): Promise<null> {
    const { walkSesList } = await import('../../engines/ses/list-in-use.ts')
    const added = await during(invocation, ({ ending }) => walkSesList(postern, ending))
    logger.info('suppressions of SES walked', { added })
    return null
  }

  function answerTo(question: Question, remainingMs: number): Promise<unknown> {
    if (question.ask === 'sweep') return sweep({ clock, remainingMs })
    if (question.ask === 'walkSuppressed') return walkSuppressed({ clock, remainingMs })
    return answer(question, postern, remainingMs)
  }

  return {
    ask: (question: Question, remainingMs: number): Promise<unknown> =>
      answerTo(question, remainingMs).finally(() => counts.write()),
    batch: async (event: SQSEvent, remainingMs: number) => {
      const results = await handleBatch(event, {
        admitted: await admitted(event.Records),
        handle: (record, stop) => dealWith({ record, inbox, postern, room: contents, stop }),
        defer: (receiptHandle, seconds) => inbox.defer(receiptHandle, seconds),
        bury: (record, reason) => inbox.bury(sentIn(record), reason, idHere(record)),
        clock,
        remainingMs,
        onDeferred,
        onError,
      })
      await noteSettings().catch(onError)
      await noteSenders().catch(onError)
      noteEngines()
      counts.write()
      return results
    },
  }
}
