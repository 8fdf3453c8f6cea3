import type { EmailSummary, Health, List, Stats } from '../data/answers.ts'
import { useResource } from '../data/resource.ts'
import { Icon } from '../parts/icon.tsx'
import { Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { duration, firstOf, number } from '../parts/words.ts'
import type { SettingsAnswer } from '../settings/answers.ts'
import { isUntouched, locksOf } from '../settings/layers.ts'
import { href } from '../shell/place.ts'
import { Chart } from './chart.tsx'
import { Mailer } from './mailer.tsx'

/** How often it is read anew, in milliseconds. */
const freshMs = 10_000

/** Whether mail works, what waits, and what went wrong lately. */
export function OverviewView() {
  const health = useResource<Health>('/v1/health', freshMs)
  const settings = useResource<SettingsAnswer>('/v1/settings', freshMs)
  return (
    <>
      <h1>Overview</h1>
      {health.failure && <Failure of={health.failure} onRetry={() => void health.reload()} />}
      {settings.data && isUntouched(settings.data) && <FirstSteps />}
      {health.data ? (
        <>
          <Mailer health={health.data} settings={settings.data} />
          <Figures queue={health.data.queue} />
        </>
      ) : (
        <div class="card reserve-overview">
          <Skeleton lines={6} />
        </div>
      )}
      <LastDay />
      <div class="columns">
        <Failures />
        {settings.data && <Locks locks={settings.data.locks} />}
      </div>
    </>
  )
}

function FirstSteps() {
  return (
    <Notice
      tone="quiet"
      icon="mail"
      title="Nothing is configured yet, and nothing can go wrong"
      actions={
        <a class="button primary" href="#/settings">
          <span>Set up an engine</span>
        </a>
      }
    >
      <p>
        Postern captures every email until you choose how it leaves. Point an application at{' '}
        <code>{location.origin}</code> and its emails appear in the <a href="#/inbox">inbox</a>.
      </p>
    </Notice>
  )
}

function Figures({ queue }: { readonly queue: Health['queue'] }) {
  const { depth, sending, scheduled, oldestAgeSeconds, held, deadLetters } = queue
  const waiting = [
    sending > 0 && `${number(sending)} sending`,
    scheduled > 0 && `${number(scheduled)} scheduled`,
  ]
  return (
    <section class="figures" aria-label="Queue">
      <Figure
        name="Waiting"
        value={number(depth)}
        more={waiting.filter(Boolean).join(', ')}
        to={href(['log'], { status: 'queued' })}
      />
      <Figure
        name="Oldest waits"
        value={depth > 0 ? duration(oldestAgeSeconds) : '–'}
        tone={oldestAgeSeconds > 900 ? 'warn' : undefined}
        more={oldestAgeSeconds > 900 ? 'longer than it should' : ''}
        to={href(['queue'])}
      />
      <Figure
        name="Held"
        value={number(held)}
        tone={held > 0 ? 'warn' : undefined}
        more={held > 0 ? 'a person decides' : ''}
        to={href(['log'], { status: 'held' })}
      />
      <Figure
        name="Dead letters"
        value={number(deadLetters)}
        tone={deadLetters > 0 ? 'bad' : undefined}
        more={deadLetters > 0 ? 'given up' : ''}
        to={href(['queue'])}
      />
    </section>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly more: string
  readonly tone?: 'warn' | 'bad'
  readonly to: string
}

function Figure({ name, value, more, tone = undefined, to }: FigureProps) {
  return (
    <a class={['figure', tone].filter(Boolean).join(' ')} href={to}>
      <span class="name">{name}</span>
      <span class="value">
        <b>{value}</b> <span class="more">{more}</span>
      </span>
    </a>
  )
}

function LastDay() {
  const { data, failure, reload } = useResource<Stats>('/v1/stats?hours=24', 60_000)
  return (
    <section class="card">
      <h2>Last 24 hours</h2>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      <div class="reserve-chart">{data ? <Chart stats={data} /> : <Skeleton lines={5} />}</div>
    </section>
  )
}

function Failures() {
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

function Locks({ locks }: { readonly locks: SettingsAnswer['locks'] }) {
  const all = locksOf(locks)
  return (
    <section class="card">
      <h2>Locked</h2>
      {all.length === 0 ? (
        <p class="soft">Nothing: every setting can be changed here.</p>
      ) : (
        <>
          <p class="soft">Fixed where Postern was deployed. Nobody can change these here.</p>
          <dl class="pairs">
            {all.map(({ path, value }) => (
              <div key={path}>
                <dt>
                  <Icon name="lock" /> {path}
                </dt>
                <dd>
                  <code>{JSON.stringify(value)}</code>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  )
}
