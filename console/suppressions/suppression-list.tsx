import { useRef, useState } from 'preact/hooks'
import type { List, SuppressionSummary } from '../data/answers.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { useDeed } from '../parts/deed.ts'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { useRowKeys } from '../parts/row-keys.ts'
import { SuppressionTabs } from '../returned/tabs.tsx'
import { href, place } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { AddDialog } from './add-dialog.tsx'
import { Filters, type Filter } from './filters.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { Head } from './head.tsx'
import { removeAfterAsking } from './remove.ts'
import { SuppressionTable } from './suppression-table.tsx'

const pageLength = 25

/** The addresses that get nothing, newest first, by address, reason or list. */
export function SuppressionList() {
  const { query } = useStore(place)
  const [q = '', reason = '', list = '', after = ''] = ['q', 'reason', 'list', 'after'].map(
    (name) => query.get(name) ?? '',
  )
  const filter: Filter = { q, reason, list }
  const path = withQuery('/v1/suppressions', { ...filter, after, limit: pageLength })
  const { data, failure, reload } = useResource<List<SuppressionSummary>>(path)
  const [open, setOpen] = useState<'add' | 'import'>()
  const field = useRef<HTMLInputElement>(null)
  const [remove] = useDeed(async (one: SuppressionSummary) => {
    if (await removeAfterAsking(one)) await reload()
  })
  useShortcuts('Suppressions', [
    { keys: '/', label: 'Search', run: () => field.current?.select() },
    { keys: 'n', label: 'Add an address', run: () => setOpen('add') },
  ])
  useRowKeys()
  const changed = { onChange: () => void reload(), onClose: () => setOpen(undefined) }
  return (
    <>
      <Head onOpen={setOpen} />
      <SuppressionTabs current="suppressions" />
      <Filters filter={filter} field={field} />
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={12} />
        </div>
      )}
      {data?.data.length === 0 && <Nothing isFiltered={Boolean(q || reason || list || after)} />}
      {data && data.data.length > 0 && (
        <SuppressionTable suppressions={data.data} onRemove={(one) => void remove(one)} />
      )}
      <Pager
        newest={after ? href(['suppressions'], { ...filter }) : undefined}
        older={
          data?.has_more
            ? href(['suppressions'], { ...filter, after: data.data.at(-1)?.id })
            : undefined
        }
      />
      {open === 'add' && <AddDialog {...changed} />}
      {open === 'import' && <ImportDialog {...changed} />}
    </>
  )
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <div class="card">
      {isFiltered ? (
        <Empty icon="search" title="No such address is suppressed">
          <p>Email to it is sent.</p>
          <a href={href(['suppressions'])}>Show all</a>
        </Empty>
      ) : (
        <Empty icon="ban" title="No address is suppressed">
          <p>
            An address that does not exist, whose owner called an email spam or unsubscribed, is
            listed here, and gets nothing more.
          </p>
        </Empty>
      )}
    </div>
  )
}
