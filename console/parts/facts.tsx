import type { ComponentChildren } from 'preact'

/** A name and what is known by it; empty where nothing is. */
export type Fact = readonly [name: string, value: ComponentChildren]

interface FactsProps {
  readonly facts: readonly Fact[]
  readonly children?: ComponentChildren
}

/** What is known of something, one fact a line. */
export function Facts({ facts, children }: FactsProps) {
  return (
    <dl class="sheet">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      {children}
    </dl>
  )
}
