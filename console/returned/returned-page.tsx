import type { StrayItem } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { addressOf } from '../data/page-half.ts'
import { useResource } from '../data/resource.ts'
import { Button } from '../parts/button.tsx'
import { useDeed } from '../parts/deed.ts'
import { Facts } from '../parts/facts.tsx'
import { Icon } from '../parts/icon.tsx'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { Source } from '../parts/source.tsx'
import { Time } from '../parts/time.tsx'
import { bytes } from '../parts/words.ts'
import { go, href } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { removeAfterAsking } from './remove.ts'

const back = ['suppressions', 'returned']

/** One email that came back, as its bytes say: it is a stranger's, and never drawn. */
export function ReturnedPage({ id }: { readonly id: string }) {
  const path = `/v1/feedback/mail/${encodeURIComponent(id)}`
  const { data, failure, reload } = useResource<StrayItem>(path)
  useShortcuts('Returned email', [{ keys: 'u', label: 'Back to the list', run: () => go(back) }])
  return (
    <>
      <a class="back" href={href(back)}>
        <Icon name="back" /> Returned email
      </a>
      {failure instanceof ApiRefusal && [404, 422].includes(failure.status) ? (
        <div class="card">
          <Empty icon="search" title="This email is no longer here" isAll>
            <p>It was deleted, or made room for newer ones.</p>
          </Empty>
        </div>
      ) : (
        failure && <Failure of={failure} onRetry={() => void reload()} />
      )}
      {!data && !failure && (
        <div class="card">
          <Skeleton lines={12} />
        </div>
      )}
      {data && <Whole of={data} path={path} />}
    </>
  )
}

function Whole({ of, path }: { readonly of: StrayItem; readonly path: string }) {
  const { id, subject, from, reason, created_at, size, email_id } = of
  const [remove, busy] = useDeed(async () => {
    if (await removeAfterAsking(id)) go(back)
  })
  const about = email_id ? <a href={href(['log', email_id])}>an email of yours</a> : ''
  return (
    <>
      <header class="view-head">
        <h1>{subject || '(no subject)'}</h1>
        <a class="button" href={addressOf(`${path}/raw`)} download={`${id}.eml`}>
          <Icon name="download" /> <span>Download</span>
        </a>
        <Button icon="trash" busy={busy} onClick={() => void remove()}>
          Delete
        </Button>
      </header>
      <section class="card">
        <Facts
          facts={[
            ['From', from],
            ['Came', <Time at={created_at} exact />],
            ['Kept because', reason],
            ['It is about', about],
            ['Size', bytes(size)],
          ]}
        />
        <Source path={path} />
      </section>
    </>
  )
}
