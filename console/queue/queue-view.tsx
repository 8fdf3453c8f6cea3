import type { EmailSummary, Health, List } from '../data/answers.ts'
import type { Resource } from '../data/resource.ts'
import { useStore } from '../data/store.ts'
import { Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { duration, number } from '../parts/words.ts'
import { EmailTable } from '../log/email-table.tsx'
import { href, place } from '../shell/place.ts'
import { DeadLetters } from './dead-letters.tsx'
import { Lanes } from './lanes.tsx'
import { Paused } from './paused.tsx'
import { Senders } from './senders.tsx'
import { useQueue, type QueueResources } from './queue-resources.ts'

/** What waits, for whom, and what was given up. */
export function QueueView() {
  const after = useStore(place).query.get('after') ?? undefined
  const queue = useQueue(after)
  return (
    <>
      <h1>Queue</h1>
      {queue.areThere ? (
        <Queue {...queue} isFirstPage={!after} />
      ) : (
        <div class="card">
          <Skeleton lines={14} />
        </div>
      )}
    </>
  )
}

function Queue(queue: QueueResources & { readonly isFirstPage: boolean }) {
  const { load } = queue
  const { data: health, failure, reload } = queue.figures
  return (
    <>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {health && !health.mailer.valid && health.queue.depth !== 0 && (
        <Notice tone="warn" title="Email waits for its engine">
          <p class="words">{health.mailer.reason}</p>
        </Notice>
      )}
      {health && (
        <section class="card">
          <Depth queue={health.queue} />
        </section>
      )}
      {load.data && (
        <>
          <Paused lanes={load.data.paused} onResumed={load.reload} />
          <Senders senders={load.data.senders} onResumed={load.reload} />
          <Lanes queue={load.data} onChange={() => void load.reload()} />
        </>
      )}
      <Waiting
        title="Held for a person"
        status="held"
        emails={queue.held}
        none="None. An email is held when it is impossible to know whether it was sent, or when it waited too long."
      />
      <Waiting
        title="Waiting for an attempt"
        status="queued"
        emails={queue.queued}
        none="None waits."
      />
      <DeadLetters of={queue.letters} isFirstPage={queue.isFirstPage} />
    </>
  )
}

function Depth({ queue }: { readonly queue: Health['queue'] }) {
  const facts: [string, string][] = [
    ['Waiting', number(queue.depth)],
    ['Sending', number(queue.sending)],
    ['Scheduled', number(queue.scheduled)],
    ['Held', number(queue.held)],
    ['Oldest waits', queue.depth ? duration(queue.oldestAgeSeconds ?? 0) : '–'],
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
  readonly emails: Resource<List<EmailSummary>>
  readonly none: string
}

function Waiting({ title, status, emails: { data, failure, reload }, none }: WaitingProps) {
  return (
    <section class="stack">
      <h2>{title}</h2>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {data?.data.length === 0 && <p class="soft">{none}</p>}
      {data && data.data.length > 0 && <EmailTable emails={data.data} />}
      {data?.has_more && <a href={href(['log'], { status })}>All of them</a>}
    </section>
  )
}
