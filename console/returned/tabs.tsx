import { isOfAll, keyProject } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { href } from '../shell/place.ts'

type Tab = 'suppressions' | 'returned'

/** From the suppressed addresses to returned email and back; that belongs to all projects. */
export function Tabs({ current }: { readonly current: Tab }) {
  if (!isOfAll(useStore(keyProject))) return null
  return (
    <nav class="tabs" aria-label="Suppressions and returned email">
      {tabs.map(([tab, label, path]) => (
        <a key={tab} href={href(path)} aria-current={tab === current ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  )
}

const tabs = [
  ['suppressions', 'Suppressed addresses', ['suppressions']],
  ['returned', 'Returned email', ['suppressions', 'returned']],
] as const
