import { useStore } from '../data/store.ts'
import { place } from '../shell/place.ts'
import { AuditList } from './audit-list.tsx'
import { EmailList } from './email-list.tsx'
import { EventList } from './event-list.tsx'
import { EmailPage } from './email-page.tsx'

/** What became of every email, and of one; what was told of any; and who changed what. */
export function LogView() {
  const { rest } = useStore(place)
  const [id] = rest
  if (id === undefined) return <EmailList />
  if (id === 'audit') return <AuditList />
  return id === 'events' ? <EventList /> : <EmailPage key={id} id={id} />
}
