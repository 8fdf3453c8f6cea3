import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { session } from './data/session.ts'
import { useStore } from './data/store.ts'
import { InboxView } from './inbox/inbox-view.tsx'
import { KeysView } from './keys/keys-view.tsx'
import { LogView } from './log/log-view.tsx'
import { OverviewView } from './overview/overview-view.tsx'
import { Empty } from './parts/notice.tsx'
import { QueueView } from './queue/queue-view.tsx'
import { SettingsView } from './settings/settings-view.tsx'
import { ConfirmHost } from './shell/confirm.tsx'
import { ConnectionLine } from './shell/connection-line.tsx'
import { entries, Navigation } from './shell/navigation.tsx'
import { href, place } from './shell/place.ts'
import { ShortcutHelp } from './shell/shortcut-help.tsx'
import { useShortcuts } from './shell/shortcuts.ts'
import { SignInDialog, SignInPage } from './shell/sign-in.tsx'
import { Toasts } from './shell/toasts.tsx'
import { SuppressionsView } from './suppressions/suppressions-view.tsx'
import { TemplatesView } from './templates/templates-view.tsx'
import { WebhooksView } from './webhooks/webhooks-view.tsx'

/** The whole page. */
export function App() {
  const who = useStore(session)
  return (
    <>
      <ConnectionLine />
      {who === 'out' ? <SignInPage /> : who === 'asking' ? null : <Frame />}
      {who === 'lapsed' && <SignInDialog />}
      <ConfirmHost />
      <Toasts />
    </>
  )
}

const views: Readonly<Record<string, ComponentType>> = {
  '': OverviewView,
  inbox: InboxView,
  log: LogView,
  queue: QueueView,
  templates: TemplatesView,
  suppressions: SuppressionsView,
  webhooks: WebhooksView,
  keys: KeysView,
  settings: SettingsView,
}

/** The navigation and the view that the address names. */
function Frame() {
  const { view } = useStore(place)
  const [isHelping, setHelping] = useState(false)
  const View = views[view] ?? Nowhere
  useShortcuts('Everywhere', [{ keys: '?', label: 'This help', run: () => setHelping(true) }])
  useArrival(view)
  return (
    <div class="frame">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to content
      </a>
      <Navigation onHelp={() => setHelping(true)} />
      <main id="main" class={`view ${view || 'overview'}`} tabIndex={-1}>
        <View key={view} />
      </main>
      {isHelping && <ShortcutHelp onClose={() => setHelping(false)} />}
    </div>
  )
}

/** A new view has a title of its own, and the keyboard starts at its top. */
function useArrival(view: string) {
  const [first, setFirst] = useState(true)
  useEffect(() => {
    const entry = entries.find((one) => one.view === view)
    document.title = `${entry?.label ?? 'Nothing here'} · Postern`
    if (first) setFirst(false)
    else document.getElementById('main')?.focus()
  }, [view])
}

function Nowhere() {
  return (
    <Empty icon="search" title="There is nothing at this address." isAll>
      <a href={href([])}>To the overview</a>
    </Empty>
  )
}
