import type { Health } from '../data/answers.ts'
import { duration, number } from '../parts/words.ts'
import { href } from '../shell/place.ts'

/** What waits, in four numbers that lead to what they count. */
export function Figures({ queue }: { readonly queue: Health['queue'] }) {
  const { depth, sending, scheduled, oldestAgeSeconds, held, deadLetters } = queue
  const oldest = oldestAgeSeconds ?? 0
  const waiting = [
    (sending ?? 0) > 0 && `${number(sending)} sending`,
    scheduled > 0 && `${number(scheduled)} scheduled`,
  ]
  return (
    <section class="figures" aria-label="Queue">
      <Figure
        name="Waiting"
        value={number(depth)}
        more={waiting.filter(Boolean).join(', ')}
        to={href(['log'], { status: 'queued' })}
      />
      <Figure
        name="Oldest waits"
        value={depth ? duration(oldest) : '–'}
        tone={oldest > 900 ? 'warn' : undefined}
        more={oldest > 900 ? 'longer than it should' : ''}
        to={href(['queue'])}
      />
      <Figure
        name="Held"
        value={number(held)}
        tone={held > 0 ? 'warn' : undefined}
        more={held > 0 ? 'a person decides' : ''}
        to={href(['log'], { status: 'held' })}
      />
      <Figure
        name="Dead letters"
        value={number(deadLetters)}
        tone={deadLetters > 0 ? 'bad' : undefined}
        more={deadLetters > 0 ? 'given up' : ''}
        to={href(['queue'])}
      />
    </section>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly more: string
  readonly tone?: 'warn' | 'bad'
  readonly to: string
}

function Figure({ name, value, more, tone = undefined, to }: FigureProps) {
  return (
    <a class={['figure', tone].filter(Boolean).join(' ')} href={to}>
      <span class="name">{name}</span>
      <span class="value">
        <b>{value}</b> <span class="more">{more}</span>
      </span>
    </a>
  )
}
