import { useEffect, useState } from 'preact/hooks'
import { useResource } from '../data/resource.ts'
import { isOfAll, keyProject } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import type { Faults } from '../parts/faults.ts'
import { Empty, Failure, Notice, Skeleton } from '../parts/notice.tsx'
import { href, place } from '../shell/place.ts'
import type { SchemaAnswer, SettingsAnswer } from './answers.ts'
import { Conflict } from './conflict.tsx'
import { draft as store, isChanged, startOf } from './draft.ts'
import { chosenEngines } from './in-form.ts'
import { ProjectsSection, projectsSection } from './projects-section.tsx'
import { SettingsSection } from './settings-section.tsx'
import { partsOf, type Part, type Section } from './sections.ts'
import { TrialPanel } from './trial-panel.tsx'

/** How often to check whether someone else saved, in milliseconds. */
const freshMs = 10_000

/** The settings, which are of all projects together. */
export function SettingsView() {
  return isOfAll(useStore(keyProject)) ? <SettingsForm /> : <NotYours />
}

function NotYours() {
  return (
    <Empty icon="lock" title="Settings are for all projects together." isAll>
      <p>The key you signed in with belongs to one project: sign in with one of all.</p>
    </Empty>
  )
}

/** The form of all settings, made from their schema, and what tries and saves it. */
function SettingsForm() {
  const current = useResource<SettingsAnswer>('/v1/settings', freshMs)
  const form = useResource<SchemaAnswer>('/v1/settings/schema')
  const draft = useStore(store)
  const [faults, setFaults] = useState<Faults>({})
  useFreshBase(current.data)
  const failure = current.failure ?? form.failure
  if (!draft || !form.data)
    return (
      <>
        <h1>Settings</h1>
        {failure ? (
          <Failure
            of={failure}
            onRetry={() => {
              void current.reload()
              void form.reload()
            }}
          />
        ) : (
          <div class="card">
            <Skeleton lines={14} />
          </div>
        )}
      </>
    )
  const engines = chosenEngines(draft)
  const isOpen = ({ section, settings, secrets }: Part) =>
    (!section.engines || section.engines.some((name) => engines.includes(name))) &&
    settings.length + secrets.length > 0
  const open = partsOf(form.data).filter(isOpen)
  return (
    <>
      <header class="view-head">
        <h1>Settings</h1>
        <SectionLinks sections={[...open.map(({ section }) => section), projectsSection]} />
      </header>
      {current.data && current.data.version !== draft.base.version && (
        <Conflict draft={draft} theirs={current.data} />
      )}
      {draft.base.faults.length > 0 && (
        <Notice tone="bad" title="The saved settings are broken; the last good ones are in force">
          {draft.base.faults.map(({ path, rule }) => (
            <p key={path} class="words">
              {path}: {rule}
            </p>
          ))}
        </Notice>
      )}
      <div class="settings-columns" key="form">
        <form class="settings-form" noValidate onSubmit={(event) => event.preventDefault()}>
          {open.map((part) => (
            <SettingsSection
              key={part.section.id}
              part={part}
              form={form.data!}
              draft={draft}
              faults={faults}
            />
          ))}
          <ProjectsSection schema={form.data.schema} draft={draft} faults={faults} />
        </form>
        <TrialPanel
          draft={draft}
          onFaults={setFaults}
          onSaved={current.replace}
          onConflict={() => void current.reload()}
        />
      </div>
    </>
  )
}

/** As long as nothing is typed the form shows what is saved now; typed text is left alone. */
function useFreshBase(current: SettingsAnswer | undefined) {
  useEffect(() => {
    const now = store.get()
    if (current && (!now || !isChanged(now) || now.base.version === current.version))
      store.set(now && isChanged(now) ? { ...now, base: current } : startOf(current))
  }, [current])
}

/** Jumps within the form; the address of a section can be passed on. */
function SectionLinks({
  sections: open,
}: {
  readonly sections: readonly Pick<Section, 'id' | 'title'>[]
}) {
  const { rest } = useStore(place)
  const [wanted] = rest
  const isThere = open.some(({ id }) => id === wanted)
  useEffect(() => {
    if (wanted && isThere) document.getElementById(`section-${wanted}`)?.scrollIntoView()
  }, [wanted, isThere])
  return (
    <nav class="section-links" aria-label="Sections">
      {open.map(({ id, title }) => (
        <a
          key={id}
          href={href(['settings', id])}
          aria-current={id === wanted ? 'location' : undefined}
          onClick={() =>
            id === wanted && document.getElementById(`section-${id}`)?.scrollIntoView()
          }
        >
          {title}
        </a>
      ))}
    </nav>
  )
}
