import type { EventItem } from '../data/answers.ts'
import { Time } from '../parts/time.tsx'
import { href } from '../shell/place.ts'
import { eventWords, wordsOf } from './event-words.ts'

/** Events, one a line, each leading to what it is about. */
export function EventTable({ events }: { readonly events: readonly EventItem[] }) {
  return (
    <div class="card table-card">
      <table class="table events">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">About</th>
            <th scope="col">Said about it</th>
            <th scope="col" class="end">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Line key={event.id} event={event} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Line({ event }: { readonly event: EventItem }) {
  const { type, recipient, engine, domain, created_at } = event
  const [label, tone] = eventWords[type]
  const words = wordsOf(event)
  const about = recipient ?? engine ?? domain?.name ?? 'the whole email'
  const to = placeOf(event)
  return (
    <tr>
      <td>
        <span class={`state ${tone}`}>{label}</span>
      </td>
      <td class="clip">
        {to ? (
          <a data-row href={href(to)}>
            {about}
          </a>
        ) : (
          about
        )}
      </td>
      <td>
        <span class="words clip" title={words}>
          {words}
        </span>
      </td>
      <td class="end soft">
        <Time at={created_at} />
      </td>
    </tr>
  )
}

/** Where what it is about is shown; an address that is no longer suppressed has no page. */
function placeOf({ type, email_id, suppression }: EventItem): readonly string[] | undefined {
  if (type === 'suppression.added') return ['suppressions', suppression!.id]
  return email_id === null ? undefined : ['log', email_id]
}
