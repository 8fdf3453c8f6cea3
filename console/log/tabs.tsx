import { href } from '../shell/place.ts'

type Tab = 'emails' | 'events'

/** From the emails to the events and back. */
export function LogTabs({ current }: { readonly current: Tab }) {
  return (
    <nav class="tabs" aria-label="Emails and events">
      {tabs.map(([tab, label, path]) => (
        <a key={tab} href={href(path)} aria-current={tab === current ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  )
}

const tabs = [
  ['emails', 'Emails', ['log']],
  ['events', 'Events', ['log', 'events']],
] as const
