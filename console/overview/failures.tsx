import type { EmailSummary, List } from '../data/answers.ts'
import { useResource } from '../data/resource.ts'
import { Failure, Skeleton } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { firstOf } from '../parts/words.ts'
import { href } from '../shell/place.ts'

/** How often they are read again, in milliseconds. */
const freshMs = 10_000

/** The emails that failed last, each with the reason. */
export function Failures() {
  const path = '/v1/emails?status=failed&limit=5'
  const { data, failure, reload } = useResource<List<EmailSummary>>(path, freshMs)
  return (
    <section class="card">
      <h2>Recent failures</h2>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && <Skeleton lines={4} />}
      {data?.data.length === 0 && (
        <p class="soft">None. Failed emails appear here with the reason.</p>
      )}
      <ul class="plain-list">
        {data?.data.map((email) => (
          <li key={email.id}>
            <a class="row" href={href(['log', email.id])}>
              <span class="row-head">
                <b>{firstOf(email.to)}</b>
                <Time at={email.settled_at ?? email.created_at} />
              </span>
              <span class="soft clip">{email.subject || '(no subject)'}</span>
              <span class="words clip">{email.last_reason}</span>
            </a>
          </li>
        ))}
      </ul>
      {data?.has_more && <a href={href(['log'], { status: 'failed' })}>All failed emails</a>}
    </section>
  )
}
