import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type SpanKind,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Variables } from '../environment.ts'
import { samplerOf } from './sampler.ts'

/** Makes spans, whose parents and selves are named as in the header `traceparent`. */
export interface Tracer {
  begin(name: string, options: Beginning): Span
  /** Sends what is left, for as long as `OTEL_EXPORTER_OTLP_TIMEOUT` says: 10 s unless set. */
  close(): Promise<void>
}

interface Beginning {
  readonly kind: SpanKind
  /** None: the first of a trace. */
  readonly parent?: string
  /** In milliseconds since the epoch; now unless given. */
  readonly at?: number
  readonly attributes: Attributes
}

export interface Span {
  readonly traceparent: string
  end(ending: Ending): void
}

interface Ending {
  /** What it was, once that is known. */
  readonly name?: string
  readonly attributes: Attributes
  readonly hasFailed: boolean
  readonly at?: number
}

/**
 * Sends spans as OTLP in JSON over HTTP. `OTEL_EXPORTER_OTLP_*` are read by the exporter itself.
 *
 * @param onTrouble told that spans cannot be sent; they are lost then, and nothing else is
 */
export function openTracer(env: Variables, version: string, onTrouble: () => void): Tracer {
  const nothing = () => undefined
  const quiet = { warn: nothing, info: nothing, debug: nothing, verbose: nothing }
  diag.setLogger({ ...quiet, error: onTrouble }, { logLevel: DiagLogLevel.ERROR })
  const provider = new TracerProvider({
    resource: resourceHere(version),
    sampler: samplerOf(env['OTEL_TRACES_SAMPLER'], env['OTEL_TRACES_SAMPLER_ARG']),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...pace(env) })],
  })
  const tracer = provider.getTracer('postern', version)
  return {
    begin(name, { kind, parent, at, attributes }) {
      const context = parent ? trace.setSpanContext(ROOT_CONTEXT, contextOf(parent)) : ROOT_CONTEXT
      return named(tracer.startSpan(name, { kind, attributes, startTime: at }, context))
    },
    async close() {
      await provider.shutdown().catch(nothing)
      diag.disable()
    },
  }
}

type OtelSpan = ReturnType<ReturnType<TracerProvider['getTracer']>['startSpan']>

function named(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return {
    traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}`,
    end({ name, attributes, hasFailed, at }) {
      if (name) span.updateName(name)
      span.setAttributes(attributes)
      if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end(at)
    },
  }
}

/** @param traceparent one that was read (`mail/email/traceparent.ts`) */
function contextOf(traceparent: string) {
  const [, traceId, spanId, flags] = traceparent.split('-')
  const traceFlags = parseInt(flags!, 16) & 1
  return { traceId: traceId!, spanId: spanId!, traceFlags, isRemote: true }
}

/** What `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say wins. */
function resourceHere(version: string) {
  const own = { 'service.name': 'postern', 'service.version': version }
  const said = detectResources({ detectors: [envDetector] })
  return defaultResource().merge(resourceFromAttributes(own)).merge(said)
}

function pace(env: Variables) {
  const delay = Number(env['OTEL_BSP_SCHEDULE_DELAY'] || Number.NaN)
  return delay >= 0 ? { scheduledDelayMillis: delay } : {}
}
