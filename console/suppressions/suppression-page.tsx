import type { SuppressionDetail } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { useResource } from '../data/resource.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { go, href } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { Causes } from './causes.tsx'
import { History } from './history.tsx'
import { boundsOf } from './reasons.ts'
import { removeAfterAsking } from './remove.ts'

/** Why one address gets nothing, since when, and who did what with it. */
export function SuppressionPage({ id }: { readonly id: string }) {
  const path = `/v1/suppressions/${encodeURIComponent(id)}`
  const { data, failure, reload } = useResource<SuppressionDetail>(path)
  useShortcuts('Suppression', [
    { keys: 'u', label: 'Back to the list', run: () => go(['suppressions']) },
  ])
  return (
    <>
      <a class="back" href={href(['suppressions'])}>
        <Icon name="back" /> Suppressions
      </a>
      {failure instanceof ApiRefusal && [404, 422].includes(failure.status) ? (
        <div class="card">
          <Empty icon="search" title="It is not suppressed" isAll>
            <p>The address was removed from the list, or the id is mistyped.</p>
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
      {data && <Whole of={data} />}
    </>
  )
}

function Whole({ of }: { readonly of: SuppressionDetail }) {
  const { list, address, causes, history } = of
  const [remove, busy] = useDeed(async () => {
    if (await removeAfterAsking(of)) go(['suppressions'])
  })
  return (
    <>
      <header class="view-head">
        <h1>{address}</h1>
        {boundsOf(of).map((bound) => (
          <span key={bound} class="tag">
            {bound}
          </span>
        ))}
        {list !== null && <a href={href(['suppressions'], { list })}>All of this list</a>}
        <Button icon="trash" busy={busy} onClick={() => void remove()}>
          Remove from the list
        </Button>
      </header>
      <div class="columns">
        <section class="card">
          <h2>Why it gets nothing</h2>
          <Causes of={causes} />
        </section>
        <section class="card">
          <h2>History</h2>
          <History of={history} />
        </section>
      </div>
    </>
  )
}
