import type { EmailSummary, Health, List } from '../data/answers.ts'
import { useResource } from '../data/resource.ts'
import { Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { duration, number } from '../parts/words.ts'
import { EmailTable } from '../log/email-table.tsx'
import { href } from '../shell/place.ts'
import { DeadLetters } from './dead-letters.tsx'

/** How often it is read anew, in milliseconds. */
const freshMs = 5_000

/** What waits, for whom, and what was given up. */
export function QueueView() {
  const { data: health, failure, reload } = useResource<Health>('/v1/health', freshMs)
  return (
    <>
      <h1>Queue</h1>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {health && !health.mailer.valid && health.queue.depth > 0 && (
        <Notice tone="warn" title="Email waits for its engine">
          <p class="words">{health.mailer.reason}</p>
        </Notice>
      )}
      <section class="card">
        {health ? <Depth queue={health.queue} /> : <Skeleton lines={2} />}
      </section>
      <Waiting
        title="Held for a person"
        status="held"
        none="None. An email is held when nobody can know whether it was sent, or when it waited too long."
      />
      <Waiting title="Waiting for an attempt" status="queued" none="None waits." />
      <DeadLetters />
    </>
  )
}

function Depth({ queue }: { readonly queue: Health['queue'] }) {
  const facts: [string, string][] = [
    ['Waiting', number(queue.depth)],
    ['Sending', number(queue.sending)],
    ['Scheduled', number(queue.scheduled)],
    ['Held', number(queue.held)],
    ['Oldest waits', queue.depth > 0 ? duration(queue.oldestAgeSeconds) : '–'],
  ]
  return (
    <dl class="facts numbers">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface WaitingProps {
  readonly title: string
  readonly status: string
  readonly none: string
}

function Waiting({ title, status, none }: WaitingProps) {
  const path = `/v1/emails?status=${status}&limit=5`
  const { data, failure, reload } = useResource<List<EmailSummary>>(path, freshMs)
  return (
    <section class="stack">
      <h2>{title}</h2>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && <Skeleton lines={3} />}
      {data?.data.length === 0 && <p class="soft">{none}</p>}
      {data && data.data.length > 0 && <EmailTable emails={data.data} />}
      {data?.has_more && <a href={href(['log'], { status })}>All of them</a>}
    </section>
  )
}
