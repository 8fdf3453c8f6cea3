import { Tabs } from '../parts/tabs.tsx'

/** From the emails to the events and back. */
export function LogTabs({ current }: { readonly current: 'emails' | 'events' }) {
  return <Tabs label="Emails and events" tabs={tabs} current={current} />
}

const tabs = [
  ['emails', 'Emails', ['log']],
  ['events', 'Events', ['log', 'events']],
] as const
