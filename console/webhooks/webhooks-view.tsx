import { useStore } from '../data/store.ts'
import { place } from '../shell/place.ts'
import { NoticePage } from './notice-page.tsx'
import { WebhookList } from './webhook-list.tsx'
import { WebhookPage } from './webhook-page.tsx'

/** The URLs that are told of events, and what each was told. */
export function WebhooksView() {
  const [id, event] = useStore(place).rest
  if (id === undefined) return <WebhookList />
  if (event === undefined) return <WebhookPage key={id} id={id} />
  return <NoticePage key={event} id={id} event={event} />
}
