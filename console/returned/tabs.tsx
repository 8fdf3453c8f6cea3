import { isOfAll, keyProject } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { Tabs } from '../parts/tabs.tsx'

interface Shown {
  readonly current: 'suppressions' | 'returned'
}

/** From the suppressed addresses to returned email and back; that belongs to all projects. */
export function SuppressionTabs({ current }: Shown) {
  if (!isOfAll(useStore(keyProject))) return null
  return <Tabs label="Suppressions and returned email" tabs={tabs} current={current} />
}

const tabs = [
  ['suppressions', 'Suppressed addresses', ['suppressions']],
  ['returned', 'Returned email', ['suppressions', 'returned']],
] as const
