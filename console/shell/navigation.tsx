import { useEffect } from 'preact/hooks'
import type { CaptureList, Health } from '../data/answers.ts'
import { useResource } from '../data/resource.ts'
import { isOfAll, keyProject, session, signOut } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { Icon, Mark, type IconName } from '../parts/icon.tsx'
import { unread } from '../inbox/unread.ts'
import { useDeed } from '../parts/deed.ts'
import { number } from '../parts/words.ts'
import { go, href, place } from './place.ts'
import { ProjectSwitch } from './project-switch.tsx'
import { useShortcuts } from './shortcuts.ts'

interface Entry {
  readonly view: string
  readonly label: string
  readonly icon: IconName
  readonly key: string
  /** Of all projects together: not for a key of one. */
  readonly isShared?: true
}

export const entries: readonly Entry[] = [
  { view: '', label: 'Overview', icon: 'pulse', key: 'o' },
  { view: 'inbox', label: 'Inbox', icon: 'inbox', key: 'i' },
  { view: 'log', label: 'Log', icon: 'list', key: 'l' },
  { view: 'queue', label: 'Queue', icon: 'queue', key: 'q' },
  { view: 'templates', label: 'Templates', icon: 'edit', key: 't' },
  { view: 'suppressions', label: 'Suppressions', icon: 'ban', key: 'u' },
  { view: 'webhooks', label: 'Webhooks', icon: 'link', key: 'w' },
  { view: 'keys', label: 'Keys', icon: 'key', key: 'k' },
  { view: 'settings', label: 'Settings', icon: 'settings', key: 's', isShared: true },
]

/** How often the numbers next to the entries are read again, in milliseconds. */
const freshMs = 10_000

/** Counting captures reads them all, which costs something on AWS: seldom, in milliseconds. */
const countMs = 60_000
const countedCaptures = '/v1/captures?limit=1&count=1'

/** The way to every view: at the side, or along the bottom of a phone. */
export function Navigation({ onHelp }: { readonly onHelp: () => void }) {
  const { view } = useStore(place)
  const who = useStore(session)
  const { data: health } = useResource<Health>('/v1/health', freshMs)
  const { data: captures } = useResource<CaptureList>(countedCaptures, countMs)
  useEffect(() => captures && unread.set(captures.unread ?? 0), [captures])
  const counts: Readonly<Record<string, number | undefined>> = {
    inbox: useStore(unread),
    queue: health && health.queue.deadLetters + health.queue.held,
  }
  const [leave] = useDeed(signOut)
  const forAll = isOfAll(useStore(keyProject))
  const open = entries.filter(({ isShared }) => forAll || !isShared)
  useShortcuts(
    'Go to',
    open.map((entry) => ({
      keys: `g ${entry.key}`,
      label: entry.label,
      run: () => go(entry.view === '' ? [] : [entry.view]),
    })),
  )
  return (
    <header class="side">
      <a class="brand" href={href([])}>
        <Mark />
        <span>Postern</span>
      </a>
      <ProjectSwitch />
      <nav aria-label="Views">
        {open.map((entry) => (
          <a
            key={entry.view}
            href={href(entry.view === '' ? [] : [entry.view])}
            aria-current={entry.view === view ? 'page' : undefined}
          >
            <Icon name={entry.icon} />
            <span>{entry.label}</span>
            {counts[entry.view] ? (
              <b class={entry.view === 'queue' ? 'count warn' : 'count'}>
                {number(counts[entry.view]!)}
                <span class="unseen">{entry.view === 'queue' ? ' need a person' : ' unread'}</span>
              </b>
            ) : null}
          </a>
        ))}
      </nav>
      <div class="foot">
        <button class="quiet-button" onClick={onHelp}>
          <Icon name="keyboard" />
          <span>Shortcuts</span>
        </button>
        {who !== 'open' && (
          <button class="quiet-button" onClick={() => void leave()}>
            <Icon name="lock" />
            <span>Sign out</span>
          </button>
        )}
        <p class="version">{health ? `Postern ${health.postern}` : '\u00a0'}</p>
      </div>
    </header>
  )
}
