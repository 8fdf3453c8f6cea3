import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace'

/**
 * As `OTEL_TRACES_SAMPLER` and its `_ARG` say (OpenTelemetry specification, "Environment variables"),
 * which the library leaves to others. What is unknown is as if it was not set, as it says there too.
 */
export function samplerOf(name: string | undefined, argument: string | undefined): Sampler {
  const make = samplers[name ?? ''] ?? samplers['parentbased_always_on']!
  const given = argument ? Number(argument) : 1
  return make(given >= 0 && given <= 1 ? given : 1)
}

const samplers: Readonly<Record<string, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) =>
    new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
}
