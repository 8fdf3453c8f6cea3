import type { NoticeStatus } from '../../mail/email/webhook.ts'
import type { List, WebhookEvent, WebhookSummary } from '../data/answers.ts'
import { useResource } from '../data/resource.ts'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../shell/place.ts'
import { eventLabels } from './events.ts'

const states: Readonly<Record<NoticeStatus, readonly [tone: string, label: string]>> = {
  success: ['good', 'Told'],
  pending: ['busy', 'Waiting'],
  attempting: ['warn', 'Trying again'],
  failed: ['bad', 'Not told'],
}

/** Where a notice stands, in a word. */
export function NoticeState({ status }: { readonly status: NoticeStatus }) {
  const [tone, label] = states[status]
  return <span class={`state ${tone}`}>{label}</span>
}

/** The last events that an endpoint was told, newest first. */
export function Notices({ webhook: { id } }: { readonly webhook: WebhookSummary }) {
  const path = `/webhooks/${id}/events?limit=50`
  const { data, failure, reload } = useResource<List<WebhookEvent>>(path, 5_000)
  if (failure) return <Failure of={failure} onRetry={() => void reload()} />
  if (!data) return <Skeleton lines={6} />
  if (data.data.length === 0)
    return (
      <Empty icon="link" title="Nothing yet">
        <p>A test shows whether the endpoint works.</p>
      </Empty>
    )
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">State</th>
          <th scope="col" class="end">
            At
          </th>
        </tr>
      </thead>
      <tbody>
        {data.data.map((one) => (
          <tr key={one.id}>
            <td>
              <a data-row href={href(['webhooks', id, one.id])}>
                {eventLabels[one.type]}
              </a>
            </td>
            <td>
              <NoticeState status={one.status} />
            </td>
            <td class="end soft">
              <Time at={one.created_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
