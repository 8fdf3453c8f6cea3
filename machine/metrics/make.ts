import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { spelled } from './spelling.ts'

export type Make = ReturnType<typeof makeIn>

/** Makes metrics under our names in a registry. */
export function makeIn(registry: Registry) {
  const registers = [registry]
  return {
    counter: <Label extends string = never>(name: string, help: string, ...labels: Label[]) =>
      new Counter({ name: spelled(name, 'counter'), help, labelNames: labels, registers }),
    gauge: <Label extends string = never>(name: string, help: string, ...labels: Label[]) =>
      new Gauge({ name: spelled(name), help, labelNames: labels, registers }),
    histogram: <Label extends string = never>(
      name: string,
      { help, buckets }: { readonly help: string; readonly buckets: readonly number[] },
      ...labels: Label[]
    ) =>
      new Histogram({
        name: spelled(name),
        help,
        buckets: [...buckets],
        labelNames: labels,
        registers,
      }),
  }
}
