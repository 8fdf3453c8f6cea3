import { Tabs } from '../parts/tabs.tsx'

/** Between the emails, the events and the audit. */
export function LogTabs({ current }: { readonly current: 'emails' | 'events' | 'audit' }) {
  return <Tabs label="Emails, events and audit" tabs={tabs} current={current} />
}

const tabs = [
  ['emails', 'Emails', ['log']],
  ['events', 'Events', ['log', 'events']],
  ['audit', 'Audit', ['log', 'audit']],
] as const
