import { useState } from 'preact/hooks'
import type { KeyItem, List } from '../data/answers.ts'
import { request, withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { session } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { useRowKeys } from '../parts/row-keys.ts'
import { Time } from '../parts/time.tsx'
import { confirm } from '../shell/confirm.tsx'
import { href, place } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { tell } from '../shell/toasts.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'
import { RenameDialog } from './rename-dialog.tsx'

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
            Postern listens on this machine only and takes any caller. Once the first key exists,
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
            <p>Give each application a key of its own, so that one can be revoked alone.</p>
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

interface KeyTableProps {
  readonly keys: readonly KeyItem[]
  readonly onChange: () => Promise<void>
}

function KeyTable({ keys, onChange }: KeyTableProps) {
  const [renaming, setRenaming] = useState<KeyItem>()
  const [revoke] = useDeed(async ({ id, name }: KeyItem) => {
    const question = {
      title: `Revoke “${name}”?`,
      text: 'Whoever uses it is refused from now on, and is signed out here. It cannot be undone.',
      deed: 'Revoke',
      tone: 'danger',
    } as const
    if (!(await confirm(question))) return
    await request('DELETE', `/api-keys/${id}`)
    tell(`“${name}” is revoked.`)
    await onChange()
  })
  return (
    <div class="card table-card">
      <table class="table keys">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">May</th>
            <th scope="col">Last used</th>
            <th scope="col">Made</th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row" class="k-name">
                {key.name}
              </th>
              <td class="k-may">{abilityOf(key)}</td>
              <td class="k-used soft">
                <span class="narrow-label">used </span>
                {key.last_used_at ? <Time at={key.last_used_at} /> : 'never'}
              </td>
              <td class="k-made soft">
                <span class="narrow-label">made </span>
                <Time at={key.created_at} />
              </td>
              <td class="k-tools end">
                <button
                  data-row
                  class="icon-button"
                  aria-label={`Rename ${key.name}`}
                  title="Rename"
                  onClick={() => setRenaming(key)}
                >
                  <Icon name="edit" />
                </button>
                <button
                  class="icon-button"
                  aria-label={`Revoke ${key.name}`}
                  title="Revoke"
                  onClick={() => void revoke(key)}
                >
                  <Icon name="trash" />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {renaming && (
        <RenameDialog
          item={renaming}
          onRenamed={() => void onChange()}
          onClose={() => setRenaming(undefined)}
        />
      )}
    </div>
  )
}

function abilityOf({ permission, domain, capture }: KeyItem): string {
  const may = permission === 'full_access' ? 'everything' : 'send'
  return [may, domain && `from ${domain}`, capture && 'captured only'].filter(Boolean).join(', ')
}
