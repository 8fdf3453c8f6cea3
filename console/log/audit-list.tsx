import type { AuditItem, List } from '../data/answers.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { href, place } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { AuditTable } from './audit-table.tsx'
import { LogTabs } from './tabs.tsx'

const pageLength = 25

const at = ['log', 'audit']

/** Who changed what, newest first. */
export function AuditList() {
  const after = useStore(place).query.get('after') ?? undefined
  const path = withQuery('/v1/audit', { limit: pageLength, after })
  const { data, failure, reload } = useResource<List<AuditItem>>(path)
  useShortcuts('Audit', [{ keys: 'r', label: 'Reload', run: () => void reload() }])
  return (
    <>
      <h1>Audit</h1>
      <LogTabs current="audit" />
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={12} />
        </div>
      )}
      {data?.data.length === 0 && (
        <div class="card">
          <Empty icon="search" title="Nothing was changed">
            <p>
              Who changes settings, keys, suppressed addresses, webhooks and templates, or decides
              about an email, is listed here for a year.
            </p>
          </Empty>
        </div>
      )}
      {data && data.data.length > 0 && <AuditTable lines={data.data} />}
      <Pager
        newest={after ? href(at) : undefined}
        older={data?.has_more ? href(at, { after: data.data.at(-1)?.id }) : undefined}
      />
    </>
  )
}
