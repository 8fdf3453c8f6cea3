import type { ApiOptions } from '../api/app.ts'
import type { Answered } from '../api/answered.ts'
import { observedEmails } from '../mail/observed-emails.ts'
import type { Backend } from '../mail/ports/backend.ts'
import type { SessionTold } from '../submission/session-log.ts'
import { accessLog, smtpAccessLog, type SmtpDoor } from './access-log.ts'
import { lineWriter, openLog, type Log, type LogOptions } from './log.ts'
import { noMeter, type Meter } from './metrics/meter.ts'
import { version } from './version.ts'
import type { Watching } from './watch-variables.ts'

/** What looks on while Postern works. */
interface Observer {
  readonly log: Log
  readonly meter: Meter
  /** What the API tells of requests; nothing where no one wants to hear. */
  readonly hearing: Pick<ApiOptions, 'onAnswered' | 'beginSpan'>
  /** What the doors of SMTP tell of sessions; absent where no one wants to hear. */
  readonly onSession?: (door: SmtpDoor) => (told: SessionTold) => void
  close(): Promise<void>
}

/** Sets up what the environment asks for, and loads nothing else. */
export async function observe(
  watching: Watching,
  to: Pick<LogOptions, 'write' | 'clock'>,
): Promise<Observer> {
  const { logLevel: level, logFormat: format } = watching
  const counting = await meterFor(watching)
  const log = counting.log(openLog({ ...to, level, format }))
  const telling = level === 'debug' ? tellingAttempts(counting, log) : counting
  const tracing = await tracingFor(watching, log)
  const lines = watching.accessLog ? lineWriter({ ...to, format }) : undefined
  const access = lines && accessLog(lines)
  const onAnswered = bothOf(counting.answered, access)
  return {
    log,
    meter: tracing
      ? { ...telling, backend: (ports) => tracing.backend(telling.backend(ports)) }
      : telling,
    hearing: {
      ...(onAnswered && { onAnswered }),
      ...(tracing && { beginSpan: tracing.beginSpan }),
    },
    ...(lines && { onSession: (door) => smtpAccessLog(lines, door) }),
    close: async () => tracing?.close(),
  }
}

type Tell = (answered: Answered) => void

function bothOf(one: Tell | undefined, other: Tell | undefined): Tell | undefined {
  if (!one || !other) return one ?? other
  return (answered) => {
    one(answered)
    other(answered)
  }
}

async function meterFor({ metricsPort, metricsByKey }: Watching): Promise<Meter> {
  if (metricsPort === undefined && !metricsByKey) return noMeter
  return (await import('./metrics/prometheus.ts')).prometheus(version)
}

async function tracingFor({ traces }: Watching, log: Log) {
  if (!traces) return undefined
  const [{ openTracer }, { traced, tracedRequests }] = await Promise.all([
    import('./tracing/tracer.ts'),
    import('./tracing/traced.ts'),
  ])
  const onTrouble = () => log({ level: 'warn', what: 'traces cannot be sent' })
  const tracer = openTracer(traces, version, onTrouble)
  return {
    backend: <Ports extends Backend>(ports: Ports) => traced(ports, tracer),
    beginSpan: tracedRequests(tracer),
    close: () => tracer.close(),
  }
}

/** A line for each attempt, as the functions on AWS write it. */
function tellingAttempts(meter: Meter, log: Log): Meter {
  return {
    ...meter,
    backend<Ports extends Backend>(ports: Ports): Ports {
      const counted = meter.backend(ports)
      const emails = observedEmails(counted.emails, ({ settled: _, ...attempt }) =>
        log({ level: 'debug', what: 'attempt', ...attempt }),
      )
      return { ...counted, emails }
    },
  }
}
