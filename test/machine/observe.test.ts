import { posix } from 'node:path'
import { expect, it } from 'vitest'
import { importsOf } from '../house/imports.ts'
import { readProjectFile } from '../house/tree.ts'

/** What a file loads at once, and what that loads; packages by their names. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const { from, typeOnly, dynamic } of importsOf(readProjectFile(path))) {
    if (typeOnly || dynamic) continue
    if (from.startsWith('.')) loadedWith(posix.join(posix.dirname(path), from), seen)
    else seen.add(from)
  }
  return seen
}

const isOf = (...names: string[]) => {
  return (one: string) => names.some((name) => one.startsWith(name))
}

it('a Postern that no one watches loads nothing for metrics and traces', () => {
  const watching = isOf('prom-client', '@opentelemetry/')
  expect([...loadedWith('machine/start.ts')].filter(watching)).toEqual([])
  expect([...loadedWith('machine/metrics/prometheus.ts')].filter(watching)).toEqual(['prom-client'])
  const traces = [...loadedWith('machine/tracing/tracer.ts')].filter(watching)
  expect(traces).toContain('@opentelemetry/sdk-trace')
})
