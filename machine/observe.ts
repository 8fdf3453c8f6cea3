import type { Answered } from '../api/answered.ts'
import { observedEmails } from '../mail/observed-emails.ts'
import type { Backend } from '../mail/ports/backend.ts'
import { accessLog } from './access-log.ts'
import { lineWriter, openLog, type Log, type LogOptions } from './log.ts'
import { noMeter, type Meter } from './metrics/meter.ts'
import { version } from './version.ts'
import type { Watching } from './watch-variables.ts'

/** What looks on while Postern works. */
interface Observer {
  readonly log: Log
  readonly meter: Meter
  /** Undefined where no one wants to hear of requests. */
  readonly onAnswered?: (answered: Answered) => void
}

/** Sets up what the environment asks for, and loads nothing else. */
export async function observe(
  watching: Watching,
  to: Pick<LogOptions, 'write' | 'clock'>,
): Promise<Observer> {
  const { logLevel: level, logFormat: format } = watching
  const counting = await meterFor(watching)
  const log = counting.log(openLog({ ...to, level, format }))
  const meter = level === 'debug' ? tellingAttempts(counting, log) : counting
  const tellings = [
    meter.answered,
    watching.accessLog ? accessLog(lineWriter({ ...to, format })) : undefined,
  ].filter((one) => one !== undefined)
  const onAnswered = (answered: Answered) => tellings.forEach((tell) => tell(answered))
  return { log, meter, ...(tellings.length > 0 && { onAnswered }) }
}

async function meterFor({ metricsPort, metricsByKey }: Watching): Promise<Meter> {
  if (metricsPort === undefined && !metricsByKey) return noMeter
  return (await import('./metrics/prometheus.ts')).prometheus(version)
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
