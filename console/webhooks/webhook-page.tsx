import { ApiRefusal } from '../data/exchange.ts'
import type { WebhookSummary } from '../data/answers.ts'
import { useResource } from '../data/resource.ts'
import { Facts } from '../parts/facts.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { go, href } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { eventLabels } from './events.ts'
import { Notices } from './notices.tsx'
import { Standing, whyNot } from './standing.tsx'
import { WebhookActions } from './webhook-actions.tsx'

/** One URL that is told of events: how it fares, and what it was told. */
export function WebhookPage({ id }: { readonly id: string }) {
  const path = `/v1/webhooks/${encodeURIComponent(id)}`
  const { data, failure, reload } = useResource<WebhookSummary>(path, 10_000)
  useShortcuts('Webhook', [{ keys: 'u', label: 'Back to the list', run: () => go(['webhooks']) }])
  return (
    <>
      <a class="back" href={href(['webhooks'])}>
        <Icon name="back" /> Webhooks
      </a>
      {failure instanceof ApiRefusal && [404, 422].includes(failure.status) ? (
        <div class="card">
          <Empty icon="search" title="There is no such webhook" isAll>
            <p>It was removed, or the id is mistyped.</p>
          </Empty>
        </div>
      ) : (
        failure && <Failure of={failure} onRetry={() => void reload()} />
      )}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={8} />
        </div>
      )}
      {data && <Whole of={data} onChange={() => void reload()} />}
    </>
  )
}

interface WholeProps {
  readonly of: WebhookSummary
  readonly onChange: () => void
}

function Whole({ of, onChange }: WholeProps) {
  const { endpoint, events, format, tags, domains, created_at, project } = of
  const why = whyNot(of)
  return (
    <>
      <header class="view-head">
        <h1>{endpoint}</h1>
        <WebhookActions of={of} onChange={onChange} />
      </header>
      {why && (
        <Notice
          tone={of.status === 'disabled' ? 'bad' : 'warn'}
          title={of.status === 'disabled' ? 'Postern disabled it' : 'It is left alone for a while'}
        >
          <p>{why}</p>
        </Notice>
      )}
      <section class="card">
        <Facts
          facts={[
            ['State', <Standing key="state" of={of} />],
            ['Events', events.map((name) => eventLabels[name]).join(', ')],
            ['Format', format],
            [
              'Only with the tags',
              Object.entries(tags ?? {})
                .map((pair) => pair.join('='))
                .join(', '),
            ],
            ['Only from the domains', (domains ?? []).join(', ')],
            ['Project', project],
            ['Added', <Time key="added" at={created_at} exact />],
          ]}
        />
      </section>
      <section class="card table-card">
        <h2>What it was told</h2>
        <Notices webhook={of} />
      </section>
    </>
  )
}
