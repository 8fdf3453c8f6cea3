import { useStore } from '../data/store.ts'
import { place } from '../shell/place.ts'
import { EmailList } from './email-list.tsx'
import { EventList } from './event-list.tsx'
import { EmailPage } from './email-page.tsx'

/** What became of every email, and of one; and what was told of any. */
export function LogView() {
  const { rest } = useStore(place)
  const [id] = rest
  if (id === undefined) return <EmailList />
  return id === 'events' ? <EventList /> : <EmailPage key={id} id={id} />
}
