import type { Health, Stats } from '../data/answers.ts'
import { useResource } from '../data/resource.ts'
import { isOfAll, keyProject } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { Paused } from '../queue/paused.tsx'
import { Senders } from '../queue/senders.tsx'
import type { SettingsAnswer } from '../settings/answers.ts'
import { isUntouched } from '../settings/layers.ts'
import { Chart } from './chart.tsx'
import { Failures } from './failures.tsx'
import { Figures } from './figures.tsx'
import { Locks } from './locks.tsx'
import { Mailer } from './mailer.tsx'
import { ProjectCounts } from './project-counts.tsx'
import { href } from '../shell/place.ts'

/** How often it is read again, in milliseconds. */
const freshMs = 10_000

/** Whether mail works, what waits, and what went wrong lately. */
export function OverviewView() {
  const health = useResource<Health>('/v1/health', freshMs)
  const forAll = isOfAll(useStore(keyProject))
  const settings = useResource<SettingsAnswer>(forAll ? '/v1/settings' : undefined, freshMs)
  const isKnown = health.data && (!forAll || settings.data || settings.failure)
  return (
    <>
      <h1>Overview</h1>
      {health.failure && <Failure of={health.failure} onRetry={() => void health.reload()} />}
      {isKnown && settings.data && isUntouched(settings.data) && <FirstSteps />}
      {isKnown && <Mailer health={health.data} settings={settings.data} />}
      {isKnown && <Paused lanes={health.data.paused} onResumed={health.reload} />}
      {isKnown && <Senders senders={health.data.senders} onResumed={health.reload} />}
      {isKnown && <Figures queue={health.data.queue} />}
      {isKnown && settings.data && <ProjectCounts settings={settings.data} />}
      {isKnown || health.failure ? (
        <Lately settings={settings.data} />
      ) : (
        // How much room the above takes is not known, so nothing is shown below it yet.
        <div class="card">
          <Skeleton lines={6} />
        </div>
      )}
    </>
  )
}

function Lately({ settings }: { readonly settings?: SettingsAnswer }) {
  return (
    <>
      <LastDay />
      <div class="columns">
        <Failures />
        {settings && <Locks locks={settings.locks} />}
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
        <a class="button primary" href={href(['settings'])}>
          <span>Set up an engine</span>
        </a>
      }
    >
      <p>
        Postern captures every email until you choose how it leaves. Point an application at{' '}
        <code>{location.origin}</code> and its emails appear in the{' '}
        <a href={href(['inbox'])}>inbox</a>.
      </p>
    </Notice>
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
