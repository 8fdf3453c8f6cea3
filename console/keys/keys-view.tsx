import { useState } from 'preact/hooks'
import type { KeyItem, List } from '../data/answers.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { session } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/button.tsx'
import { Empty, Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { useRowKeys } from '../parts/row-keys.ts'
import { href, place } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { KeyTable } from './key-table.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'

const pageLength = 50

/** Who may send, and who may see and change things here. */
export function KeysView() {
  const after = useStore(place).query.get('after') ?? undefined
  const path = withQuery('/api-keys', { limit: pageLength, after })
  const { data, failure, reload } = useResource<List<KeyItem>>(path)
  const [isMaking, setMaking] = useState(false)
  const who = useStore(session)
  useShortcuts('Keys', [{ keys: 'n', label: 'New key', run: () => setMaking(true) }])
  useRowKeys()
  const last = data?.data.at(-1)
  return (
    <>
      <header class="view-head">
        <h1>Keys</h1>
        <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
          New key
        </Button>
      </header>
      {who === 'open' && (
        <Notice tone="quiet" icon="key" title="No key is needed here yet">
          <p>
            Postern listens on this machine only and accepts any caller. Once the first key exists,
            every caller needs one, and so does this page.
          </p>
        </Notice>
      )}
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={6} />
        </div>
      )}
      {data?.data.length === 0 && (
        <div class="card">
          <Empty icon="key" title="No key">
            <p>Give each application its own key, so that you can revoke it alone.</p>
          </Empty>
        </div>
      )}
      {data && data.data.length > 0 && <KeyTable keys={data.data} onChange={reload} />}
      <Pager
        newest={after ? href(['keys']) : undefined}
        older={data?.has_more && last ? href(['keys'], { after: last.id }) : undefined}
      />
      {isMaking && (
        <NewKeyDialog
          isFirst={who === 'open'}
          onMade={() => void reload()}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  )
}
