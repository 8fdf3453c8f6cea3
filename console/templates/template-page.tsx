import { useState } from 'preact/hooks'
import type { List, TemplateDetail, TemplateVersionItem } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { useResource } from '../data/resource.ts'
import { Button } from '../parts/button.tsx'
import { Facts } from '../parts/facts.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { go, href } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { Standing } from './standing.tsx'
import { TemplatePreview } from './template-preview.tsx'
import { TestDialog } from './test-dialog.tsx'
import type { Showing } from './showing.ts'

/** One template: what it looks like, and its versions. */
export function TemplatePage({ id }: { readonly id: string }) {
  const path = `/v1/templates/${encodeURIComponent(id)}`
  const { data, failure, reload } = useResource<TemplateDetail>(path, 10_000)
  const versions = useResource<List<TemplateVersionItem>>(`${path}/versions?limit=100`, 10_000)
  useShortcuts('Template', [{ keys: 'u', label: 'Back to the list', run: () => go(['templates']) }])
  const isUnknown = failure instanceof ApiRefusal && [404, 422].includes(failure.status)
  return (
    <>
      <a class="back" href={href(['templates'])}>
        <Icon name="back" /> Templates
      </a>
      {isUnknown && (
        <div class="card">
          <Empty icon="search" title="There is no such template" isAll>
            <p>It was removed, or the name is mistyped.</p>
          </Empty>
        </div>
      )}
      {failure && !isUnknown && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={8} />
        </div>
      )}
      {data && !isUnknown && <Whole of={data} versions={versions.data?.data ?? []} />}
    </>
  )
}

interface WholeProps {
  readonly of: TemplateDetail
  readonly versions: readonly TemplateVersionItem[]
}

function Whole({ of, versions }: WholeProps) {
  const [showing, setShowing] = useState<Showing>({
    locale: of.default_locale ?? '',
    version: of.version ?? '',
    variables: '',
  })
  const [isTesting, setTesting] = useState(false)
  return (
    <>
      <header class="view-head">
        <h1>{of.name}</h1>
        {of.version !== null && (
          <Button kind="primary" icon="send" onClick={() => setTesting(true)}>
            Send a test
          </Button>
        )}
      </header>
      <section class="card">
        <Facts
          facts={[
            ['State', <Standing key="state" of={of} />],
            ['Alias', of.alias ?? ''],
            ['From', of.contents?.from ?? ''],
            ['Locales', of.locales.join(', ')],
            ['Default', of.default_locale ?? ''],
            ['Project', of.project ?? 'all: it is a file'],
          ]}
        />
      </section>
      <TemplatePreview of={of} versions={versions} showing={showing} onShow={setShowing} />
      <Versions versions={versions} />
      {isTesting && <TestDialog of={of} showing={showing} onClose={() => setTesting(false)} />}
    </>
  )
}

function Versions({ versions }: { readonly versions: readonly TemplateVersionItem[] }) {
  if (versions.length === 0) return null
  return (
    <section class="card table-card">
      <h2>Versions</h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Name</th>
            <th scope="col" class="end">
              Published
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map((one) => (
            <tr key={one.id}>
              <td>
                {one.version} {one.is_current && <span class="state good">In force</span>}
              </td>
              <td>
                <span class="words clip">{one.name}</span>
              </td>
              <td class="end soft">{one.created_at && <Time at={one.created_at} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
