import { useRef } from 'preact/hooks'
import type { EventPage } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { useRowKeys } from '../parts/row-keys.ts'
import { Search } from '../parts/search.tsx'
import { adjust, go, href, place } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { EventTable } from './event-table.tsx'
import { eventWords } from './event-words.ts'
import { LogTabs } from './tabs.tsx'

const pageLength = 25

/** How often the newest page is read again, in milliseconds. */
const freshMs = 5_000

const at = ['log', 'events']

/** What became of emails, engines and suppressed addresses, newest first. */
export function EventList() {
  const { query } = useStore(place)
  const [type = '', recipient = '', after = ''] = ['type', 'recipient', 'after'].map(
    (name) => query.get(name) ?? '',
  )
  const path = withQuery('/v1/events', { type, recipient, after, limit: pageLength })
  const { data, failure, reload } = useResource<EventPage>(path, after ? undefined : freshMs)
  const field = useRef<HTMLInputElement>(null)
  useShortcuts('Events', [
    { keys: '/', label: 'Search', run: () => field.current?.select() },
    { keys: 'r', label: 'Reload', run: () => void reload() },
  ])
  useRowKeys()
  // Half an address is not a fault but the beginning of a complete one.
  const half =
    failure instanceof ApiRefusal && failure.faults.find(({ path }) => path === 'recipient')
  return (
    <>
      <header class="view-head">
        <h1>Events</h1>
        <div class="filters">
          <Search
            label="Recipient"
            value={recipient}
            field={field}
            onSearch={(text) => adjust(at, { type, recipient: text })}
          />
          <select
            aria-label="Event"
            value={type}
            onChange={({ currentTarget }) => go(at, { recipient, type: currentTarget.value })}
          >
            <option value="">All events</option>
            {Object.entries(eventWords).map(([name, [label]]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </div>
      </header>
      <LogTabs current="events" />
      {failure && !half && <Failure of={failure} onRetry={() => void reload()} />}
      {half && <Nothing title="Type on" words={half.rule} />}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={12} />
        </div>
      )}
      {data && data.data.length > 0 && <EventTable events={data.data} />}
      {data?.data.length === 0 &&
        (type || recipient || after ? (
          <Nothing title="No such event" words="Events are kept for 30 days." />
        ) : (
          <Nothing
            title="No event yet"
            words="What is delivered, bounces, fails or is held is listed here, and what becomes of engines and suppressed addresses."
          />
        ))}
      <Pager
        newest={after ? href(at, { type, recipient }) : undefined}
        older={data?.has_more ? href(at, { type, recipient, after: data.cursor ?? '' }) : undefined}
      />
    </>
  )
}

function Nothing({ title, words }: { readonly title: string; readonly words: string }) {
  return (
    <div class="card">
      <Empty icon="search" title={title}>
        <p>{words}</p>
      </Empty>
    </div>
  )
}
