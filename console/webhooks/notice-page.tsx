import type { List, WebhookAttempt, WebhookEvent } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { request } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { href } from '../shell/place.ts'
import { tell } from '../shell/toasts.tsx'
import { Attempts } from './attempts.tsx'
import { eventLabels } from './events.ts'
import { NoticeState } from './notices.tsx'

interface NoticePageProps {
  readonly id: string
  readonly event: string
}

/** One event that an endpoint was told: what was sent, and every answer. */
export function NoticePage({ id, event }: NoticePageProps) {
  const path = `/webhooks/${encodeURIComponent(id)}/events/${encodeURIComponent(event)}`
  const notice = useResource<WebhookEvent & { payload: unknown }>(path, 5_000)
  const attempts = useResource<List<WebhookAttempt>>(`${path}/attempts?limit=100`, 5_000)
  const [replay, busy] = useDeed(async () => {
    await request('POST', `${path}/replay`)
    tell('It is told again.')
    await Promise.all([notice.reload(), attempts.reload()])
  })
  const { data, failure } = notice
  return (
    <>
      <a class="back" href={href(['webhooks', id])}>
        <Icon name="back" /> Webhook
      </a>
      {failure instanceof ApiRefusal ? (
        <div class="card">
          <Empty icon="search" title="It was not told this" isAll>
            <p>What was told is kept for 30 days.</p>
          </Empty>
        </div>
      ) : (
        failure && <Failure of={failure} onRetry={() => void notice.reload()} />
      )}
      {!data && !failure && <Skeleton lines={8} />}
      {data && (
        <>
          <header class="view-head">
            <h1>{eventLabels[data.type]}</h1>
            <NoticeState status={data.status} />
            <Button icon="refresh" busy={busy} onClick={() => void replay()}>
              Tell again
            </Button>
          </header>
          <div class="columns">
            <section class="card">
              <h2>Answers</h2>
              <Attempts of={attempts.data?.data ?? []} />
            </section>
            <section class="card">
              <h2>What is sent</h2>
              <pre class="plain source" tabIndex={0}>
                {JSON.stringify(data.payload, null, 2)}
              </pre>
            </section>
          </div>
        </>
      )}
    </>
  )
}
