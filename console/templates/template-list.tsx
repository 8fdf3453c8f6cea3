import type { Health, List, TemplateSummary } from '../data/answers.ts'
import { withQuery } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { Empty, Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { Pager } from '../parts/pager.tsx'
import { useRowKeys } from '../parts/row-keys.ts'
import { Time } from '../parts/time.tsx'
import { href, place } from '../shell/place.ts'
import { Standing } from './standing.tsx'

const pageLength = 25

/** All templates, files first. */
export function TemplateList() {
  const after = useStore(place).query.get('after') ?? ''
  const path = withQuery('/v1/templates', { after, limit: pageLength })
  const { data, failure, reload } = useResource<List<TemplateSummary>>(path, 10_000)
  useRowKeys()
  return (
    <>
      <header class="view-head">
        <h1>Templates</h1>
      </header>
      <FileFaults />
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={8} />
        </div>
      )}
      {data?.data.length === 0 && (
        <div class="card">
          <Empty icon="edit" title="There are no templates">
            <p>
              <code>postern templates new welcome --from verification</code> begins one as files;
              the API keeps others.
            </p>
          </Empty>
        </div>
      )}
      {data && data.data.length > 0 && <Table templates={data.data} />}
      <Pager
        newest={after ? href(['templates']) : undefined}
        older={data?.has_more ? href(['templates'], { after: data.data.at(-1)?.id }) : undefined}
      />
    </>
  )
}

/** What is wrong with the files: until it is mended, those of before stay in force. */
function FileFaults() {
  const { data } = useResource<Health>('/v1/health', 10_000)
  const faults = data?.templates ?? []
  if (faults.length === 0) return null
  return (
    <Notice tone="warn" title="Some files of templates have faults">
      <ul>
        {faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </Notice>
  )
}

function Table({ templates }: { readonly templates: readonly TemplateSummary[] }) {
  return (
    <div class="card table-card">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Template</th>
            <th scope="col">State</th>
            <th scope="col">Languages</th>
            <th scope="col" class="end">
              Changed
            </th>
          </tr>
        </thead>
        <tbody>
          {templates.map((one) => (
            <tr key={one.id}>
              <td>
                <a data-row href={href(['templates', one.id])} class="clip" title={one.name}>
                  {one.alias ?? one.name}
                </a>
              </td>
              <td>
                <Standing of={one} />
              </td>
              <td>
                <span class="words clip">{one.locales.join(', ')}</span>
              </td>
              <td class="end soft">{one.updated_at && <Time at={one.updated_at} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
