import { useState } from 'preact/hooks'
import type { List, WebhookSummary } from '../data/answers.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/button.tsx'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { useRowKeys } from '../parts/row-keys.ts'
import { go, href, place } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { AddDialog } from './add-dialog.tsx'
import { SecretDialog, type Shown } from './secret-dialog.tsx'
import { WebhookTable } from './webhook-table.tsx'

const pageLength = 25

/** The URLs that are told of events, newest first, and how they fare. */
export function WebhookList() {
  const after = useStore(place).query.get('after') ?? ''
  const path = withQuery('/v1/webhooks', { after, limit: pageLength })
  const { data, failure, reload } = useResource<List<WebhookSummary>>(path, 10_000)
  const [isAdding, setAdding] = useState(false)
  const [made, setMade] = useState<Shown>()
  useShortcuts('Webhooks', [{ keys: 'n', label: 'Add a webhook', run: () => setAdding(true) }])
  useRowKeys()
  return (
    <>
      <header class="view-head">
        <h1>Webhooks</h1>
        <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
          Add a webhook
        </Button>
      </header>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={8} />
        </div>
      )}
      {data?.data.length === 0 && (
        <div class="card">
          <Empty icon="link" title="No URL is told of events">
            <p>A webhook is told what becomes of emails: delivered, bounced, held.</p>
          </Empty>
        </div>
      )}
      {data && data.data.length > 0 && <WebhookTable webhooks={data.data} />}
      <Pager
        newest={after ? href(['webhooks']) : undefined}
        older={data?.has_more ? href(['webhooks'], { after: data.data.at(-1)?.id }) : undefined}
      />
      {isAdding && (
        <AddDialog
          onMade={(shown) => {
            setAdding(false)
            setMade(shown)
            void reload()
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {made && <SecretDialog of={made} onClose={() => go(['webhooks', made.id])} />}
    </>
  )
}
