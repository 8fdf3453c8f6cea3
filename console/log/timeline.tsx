import type { EventItem, TimelineEntry } from '../data/answers.ts'
import { useEngineLabel } from '../data/engines.ts'
import { eventWords, wordsOf } from './event-words.ts'
import { labels, toneOf, type Tone } from '../parts/state.tsx'
import { Time } from '../parts/time.tsx'

interface TimelineProps {
  readonly entries: readonly TimelineEntry[]
  readonly events: readonly EventItem[]
  /** When it is tried again. */
  readonly next: string | null
}

/** What happened to an email, in order. */
export function Timeline({ entries, events, next }: TimelineProps) {
  const engineLabel = useEngineLabel()
  const further = events.filter(({ type }) => isFurther(type))
  return (
    <ol class="timeline">
      {inOrder(entries, further).map((entry, n) =>
        'id' in entry ? (
          <Told key={entry.id} event={entry} />
        ) : (
          <li key={n} class={entry.outcome ? toneOf(entry.outcome) : tones[entry.what]}>
            <div class="row-head">
              <b>{titleOf(entry, engineLabel)}</b>
              <Time at={entry.at} exact />
            </div>
            {entry.address && <p class="words">{entry.address}</p>}
            {entry.reason && <p class="words">{entry.reason}</p>}
            {entry.remote_id && <p class="words">id there: {entry.remote_id}</p>}
            {apart(entry).map(({ address, kind, reason }) => (
              <p key={address} class="words">
                {address}: {labels[kind].toLowerCase()}, {reason}
              </p>
            ))}
          </li>
        ),
      )}
      {next && (
        <li class="next">
          <div class="row-head">
            <span class="soft">Next attempt</span>
            <Time at={next} exact />
          </div>
        </li>
      )}
    </ol>
  )
}

/** What the record does not tell: what readers did, and what became of the address. */
function isFurther(type: EventItem['type']): boolean {
  return type === 'email.opened' || type === 'email.clicked' || type.startsWith('suppression.')
}

/** By time; at the same time what the record tells comes first, in its order. */
function inOrder(entries: readonly TimelineEntry[], events: readonly EventItem[]) {
  const timeOf = (one: TimelineEntry | EventItem) =>
    Date.parse('id' in one ? one.created_at : one.at)
  return [...entries, ...events].sort((a, b) => timeOf(a) - timeOf(b))
}

function Told({ event }: { readonly event: EventItem }) {
  const [label, tone] = eventWords[event.type]
  const words = wordsOf(event)
  return (
    <li class={tone}>
      <div class="row-head">
        <b>{label}</b>
        <Time at={event.created_at} exact />
      </div>
      {event.recipient && <p class="words">{event.recipient}</p>}
      {words && <p class="words">{words}</p>}
    </li>
  )
}

/** The recipients whose result differs from that of the attempt. */
function apart({ refused = [], reason }: TimelineEntry) {
  return refused.filter((one) => refused.length > 1 || one.reason !== reason)
}

function titleOf(
  { what, engine, outcome }: TimelineEntry,
  engineLabel: (name: string) => string,
): string {
  if (what !== 'attempt') return titles[what]
  const how = outcome ? labels[outcome] : 'Tried'
  return engine && engine !== 'unknown' ? `${how} · ${engineLabel(engine)}` : how
}

const titles: Readonly<Record<Exclude<What, 'attempt'>, string>> = {
  accepted: 'Accepted',
  retried: 'Tried again by a person',
  canceled: 'Canceled',
  rescheduled: 'Rescheduled',
  held: 'Held for a person',
  gaveUp: 'Given up',
  proven: 'Proven to be sent',
  delivered: 'Delivered',
  delayed: 'Delayed on the way',
  bounced: 'Bounced',
  autoReply: 'Answered automatically',
  complained: 'Called spam by the recipient',
  suppressed: 'On a suppression list',
  rejected: 'Refused by the provider',
  unsubscribed: 'Unsubscribed',
}

type What = TimelineEntry['what']

const tones: Readonly<Record<What, Tone>> = {
  accepted: 'busy',
  attempt: 'quiet',
  retried: 'busy',
  canceled: 'quiet',
  rescheduled: 'quiet',
  held: 'warn',
  gaveUp: 'bad',
  proven: 'good',
  delivered: 'good',
  delayed: 'warn',
  bounced: 'bad',
  autoReply: 'quiet',
  complained: 'bad',
  suppressed: 'bad',
  rejected: 'bad',
  unsubscribed: 'quiet',
}
