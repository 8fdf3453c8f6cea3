import { logFormats, logLevels, type LogFormat, type LogLevel } from './log.ts'
import { hostOf, oneOf, portOf, switchOf } from './read-variable.ts'

/** How this process can be watched: what it costs is paid only where it is asked for. */
export interface Watching {
  /** Where `/metrics` is answered to anyone who can connect; undefined: nowhere. */
  readonly metricsPort?: number
  readonly metricsHost: string
  /** `/metrics` is answered on the HTTP port too, to keys of all projects. */
  readonly metricsByKey: boolean
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  /** A line for each HTTP request. */
  readonly accessLog: boolean
  /** The variables, where they ask for traces; a host that sends them reads more of those. */
  readonly traces?: Variables
}

type Variables = Readonly<Record<string, string | undefined>>

/** Those of the variables of `postern start`, for its manual. */
export const watchVariables = [
  ['POSTERN_METRICS', 'on: /metrics for Prometheus on the HTTP port, for keys of all projects'],
  ['POSTERN_METRICS_PORT', 'port of its own for /metrics, without a key; none unless set'],
  ['POSTERN_METRICS_HOST', 'address to listen on for that (127.0.0.1)'],
  ['POSTERN_LOG_LEVEL', 'the least that is logged: error, warn, info or debug (info)'],
  ['POSTERN_LOG_FORMAT', 'json or text (json)'],
  ['POSTERN_ACCESS_LOG', 'on: a line for each HTTP request and SMTP session'],
] as const

/** @param read gives what a variable says, or the value for none, and collects the faults */
export function readWatching(
  read: <T>(name: string, absent: T, parse: (text: string) => T) => T,
  variables: Variables,
): Watching {
  return {
    metricsPort: read('POSTERN_METRICS_PORT', undefined, portOf('POSTERN_METRICS_PORT')),
    metricsHost: read('POSTERN_METRICS_HOST', '127.0.0.1', hostOf('POSTERN_METRICS_HOST')),
    metricsByKey: read('POSTERN_METRICS', false, switchOf('POSTERN_METRICS')),
    logLevel: read('POSTERN_LOG_LEVEL', 'info', oneOf('POSTERN_LOG_LEVEL', logLevels)),
    logFormat: read('POSTERN_LOG_FORMAT', 'json', oneOf('POSTERN_LOG_FORMAT', logFormats)),
    ...(wantsTraces(variables) && { traces: variables }),
    accessLog: read('POSTERN_ACCESS_LOG', false, switchOf('POSTERN_ACCESS_LOG')),
  }
}

/** By the variables that OpenTelemetry has for every program: where spans go to, and what switches it off. */
function wantsTraces(variables: Variables): boolean {
  const isOff =
    variables['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' ||
    variables['OTEL_TRACES_EXPORTER'] === 'none'
  const to =
    variables['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || variables['OTEL_EXPORTER_OTLP_ENDPOINT']
  return Boolean(to) && !isOff
}
