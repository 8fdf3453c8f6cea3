import { describe, expect, it } from 'vitest'
import { samplerOf } from '../../../machine/tracing/sampler.ts'

describe('the sampler', () => {
  it.each([
    [undefined, undefined, 'ParentBased{root=AlwaysOnSampler'],
    ['unknown', undefined, 'ParentBased{root=AlwaysOnSampler'],
    ['always_on', undefined, 'AlwaysOnSampler'],
    ['always_off', undefined, 'AlwaysOffSampler'],
    ['traceidratio', '0.25', 'TraceIdRatioBased{0.25}'],
    ['traceidratio', 'many', 'TraceIdRatioBased{1}'],
    ['traceidratio', '2', 'TraceIdRatioBased{1}'],
    ['parentbased_traceidratio', '0', 'ParentBased{root=TraceIdRatioBased{0}'],
    ['parentbased_always_off', undefined, 'ParentBased{root=AlwaysOffSampler'],
  ])('%s with %s is %s', (name, argument, spelled) =>
    expect(String(samplerOf(name, argument))).toMatch(new RegExp(`^${RegExp.escape(spelled)}`)),
  )
})
