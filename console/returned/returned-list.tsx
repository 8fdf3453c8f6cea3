import type { Health, List, StrayItem } from '../data/answers.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { useDeed } from '../parts/deed.ts'
import { Empty, Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { useRowKeys } from '../parts/row-keys.ts'
import { href, place } from '../shell/place.ts'
import { removeAfterAsking } from './remove.ts'
import { ReturnedTable } from './returned-table.tsx'
import { SuppressionTabs } from './tabs.tsx'

const pageLength = 25

/** Email that came back and that no program understood, newest first. */
export function ReturnedList() {
  const after = useStore(place).query.get('after') ?? undefined
  const path = withQuery('/v1/feedback/mail', { limit: pageLength, after })
  const { data, failure, reload } = useResource<List<StrayItem>>(path)
  const { data: health } = useResource<Health>('/v1/health')
  const [remove] = useDeed(async ({ id }: StrayItem) => {
    if (await removeAfterAsking(id)) await reload()
  })
  useRowKeys()
  return (
    <>
      <h1>Returned email</h1>
      <SuppressionTabs current="returned" />
      {health?.mailbox && (
        <Notice tone="warn" title="The mailbox of returned email cannot be read">
          <p class="words">{health.mailbox}</p>
        </Notice>
      )}
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={12} />
        </div>
      )}
      {data?.data.length === 0 && (
        <div class="card">
          <Empty icon="undo" title="Nothing is left to read">
            <p>
              What comes back and is no report that Postern knows is kept here, for all projects.
            </p>
          </Empty>
        </div>
      )}
      {data && data.data.length > 0 && (
        <ReturnedTable returned={data.data} onRemove={(one) => void remove(one)} />
      )}
      <Pager
        newest={after ? href(['suppressions', 'returned']) : undefined}
        older={
          data?.has_more
            ? href(['suppressions', 'returned'], { after: data.data.at(-1)?.id })
            : undefined
        }
      />
    </>
  )
}
