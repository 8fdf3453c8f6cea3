import { useStore } from '../data/store.ts'
import { place } from '../shell/place.ts'
import { EmailList } from './email-list.tsx'
import { EmailPage } from './email-page.tsx'

/** What became of every email, and of one. */
export function LogView() {
  const { rest } = useStore(place)
  const [id] = rest
  return id === undefined ? <EmailList /> : <EmailPage key={id} id={id} />
}
