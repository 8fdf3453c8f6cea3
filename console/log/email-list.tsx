import type { EmailState } from '../../mail/email/states.ts'
import { useRef } from 'preact/hooks'
import type { EmailSummary, List } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { Search } from '../parts/search.tsx'
import { labels } from '../parts/state.tsx'
import { adjust, go, href, place } from '../shell/place.ts'
import { useRowKeys } from '../parts/row-keys.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { LogTabs } from './tabs.tsx'
import { EmailTable } from './email-table.tsx'

const pageLength = 25

/** How often the newest page is read again, in milliseconds. */
const freshMs = 5_000

/** Every email, newest first, by state, stream, recipient or id. */
export function EmailList() {
  const { query } = useStore(place)
  const [status = '', stream = '', q = '', after = ''] = ['status', 'stream', 'q', 'after'].map(
    (name) => query.get(name) ?? '',
  )
  const path = withQuery('/v1/emails', { status, stream, q, after, limit: pageLength })
  const { data, failure, reload } = useResource<List<EmailSummary>>(
    path,
    after ? undefined : freshMs,
  )
  const field = useRef<HTMLInputElement>(null)
  useShortcuts('Log', [
    { keys: '/', label: 'Search', run: () => field.current?.select() },
    { keys: 'r', label: 'Reload', run: () => void reload() },
  ])
  useRowKeys()
  const last = data?.data.at(-1)
  // Half an address is not a fault but the beginning of a complete one.
  const half = failure instanceof ApiRefusal && failure.faults.find(({ path }) => path === 'q')
  return (
    <>
      <header class="view-head">
        <h1>Log</h1>
        <div class="filters">
          <Search
            label="Recipient or id"
            value={q}
            field={field}
            onSearch={(text) => adjust(['log'], { status, stream, q: text })}
          />
          <select
            aria-label="State"
            value={status}
            onChange={(event) => go(['log'], { q, stream, status: event.currentTarget.value })}
          >
            <option value="">All states</option>
            {states.map((state) => (
              <option key={state} value={state}>
                {labels[state]}
              </option>
            ))}
          </select>
          <select
            aria-label="Stream"
            value={stream}
            onChange={(event) => go(['log'], { q, status, stream: event.currentTarget.value })}
          >
            <option value="">Both streams</option>
            <option value="transactional">Transactional</option>
            <option value="bulk">Bulk</option>
          </select>
        </div>
      </header>
      <LogTabs current="emails" />
      {failure && !half && <Failure of={failure} onRetry={() => void reload()} />}
      {half && (
        <div class="card">
          <Empty icon="search" title="Type on">
            <p>{half.rule}</p>
          </Empty>
        </div>
      )}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={12} />
        </div>
      )}
      {data && data.data.length > 0 && <EmailTable emails={data.data} />}
      {data?.data.length === 0 && <Nothing filtered={Boolean(status || stream || q || after)} />}
      <Pager
        newest={after ? href(['log'], { status, stream, q }) : undefined}
        older={
          data?.has_more && last ? href(['log'], { status, stream, q, after: last.id }) : undefined
        }
      />
    </>
  )
}

function Nothing({ filtered }: { readonly filtered: boolean }) {
  return (
    <div class="card">
      {filtered ? (
        <Empty icon="search" title="No matching email">
          <p>Search for a complete recipient address or an email’s id.</p>
          <a href={href(['log'])}>Show all</a>
        </Empty>
      ) : (
        <Empty icon="list" title="No email yet">
          <p>Every email that an application sends is listed here, with what became of it.</p>
        </Empty>
      )}
    </div>
  )
}

const states: readonly EmailState[] = [
  'queued',
  'sending',
  'scheduled',
  'held',
  'sent',
  'delivered',
  'delivery_delayed',
  'bounced',
  'complained',
  'captured',
  'failed',
  'discarded',
  'canceled',
  'suppressed',
]
