import type { EmailDetail, EmailEvents } from '../data/answers.ts'
import { ApiRefusal } from '../data/exchange.ts'
import { useResource } from '../data/resource.ts'
import { Icon } from '../parts/icon.tsx'
import { Copy } from '../parts/copy.tsx'
import { Facts, type Fact } from '../parts/facts.tsx'
import { Empty, Failure, Skeleton } from '../parts/notice.tsx'
import { State } from '../parts/state.tsx'
import { Time } from '../parts/time.tsx'
import { bytes, mailbox } from '../parts/words.ts'
import { go, href } from '../shell/place.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { EmailActions } from './email-actions.tsx'
import { Recipients } from './recipients.tsx'
import { Timeline } from './timeline.tsx'

/** How often an email that is not settled is read again, in milliseconds. */
const freshMs = 2_000

/** The same of its events. */
const eventsMs = 10_000

/** Everything that is known of one email. */
export function EmailPage({ id }: { readonly id: string }) {
  const path = `/v1/emails/${encodeURIComponent(id)}`
  const { data: email, failure, reload, replace } = useResource<EmailDetail>(path, freshMs)
  const events = useResource<EmailEvents>(email && `${path}/events`, eventsMs)
  useShortcuts('Email', [{ keys: 'u', label: 'Back to the log', run: () => go(['log']) }])
  return (
    <>
      <a class="back" href={href(['log'])}>
        <Icon name="back" /> Log
      </a>
      {failure instanceof ApiRefusal && [404, 422].includes(failure.status) ? (
        <div class="card">
          <Empty icon="search" title="There is no such email" isAll>
            <p>Settled emails are removed after a while. The id may also be mistyped.</p>
          </Empty>
        </div>
      ) : (
        failure && <Failure of={failure} onRetry={() => void reload()} />
      )}
      {!email && !failure && (
        <div class="card">
          <Skeleton lines={10} />
        </div>
      )}
      {email && (
        <>
          <header class="view-head">
            <h1>{email.subject || '(no subject)'}</h1>
            <EmailActions email={email} onChange={replace} />
          </header>
          <Summary email={email} />
          <div class="columns">
            <section class="card">
              <h2>Timeline</h2>
              <Timeline
                entries={email.timeline}
                events={events.data?.data ?? []}
                next={email.next_attempt_at}
              />
            </section>
            <section class="card">
              <h2>Recipients</h2>
              <Recipients of={email} />
            </section>
          </div>
        </>
      )}
    </>
  )
}

function Summary({ email }: { readonly email: EmailDetail }) {
  const facts: Fact[] = [
    ['Stream', email.stream],
    ['From', mailbox(email.from)],
    ['To', email.to.join(', ')],
    ['Cc', email.cc.join(', ')],
    ['Bcc', email.bcc.join(', ')],
    ['Reply-To', email.reply_to.join(', ')],
    ['Size', bytes(email.size)],
    ['Tags', email.tags.map(({ name, value }) => `${name}=${value}`).join(', ')],
    ['Message-ID', email.message_id],
    [
      'Id',
      <>
        {email.id}
        <Copy text={email.id} label="Copy the id" />
      </>,
    ],
  ]
  return (
    <section class="card">
      <div class="standing">
        <State state={email.state} />
        <span class="soft">
          accepted <Time at={email.created_at} exact />
        </span>
        {email.scheduled && (
          <span class="soft">
            due <Time at={email.due_at} exact />
          </span>
        )}
        {email.capture && <span class="tag">captured whatever the engine is</span>}
      </div>
      {email.waits_for && <p class="words">Waits: {email.waits_for}</p>}
      {email.last_reason && <blockquote class="words">{email.last_reason}</blockquote>}
      <Facts facts={facts} />
    </section>
  )
}
