import { createStore } from '../data/store.ts'

/** How many captures nobody has opened, as far as this page knows: beside "Inbox" everywhere. */
export const unread = createStore<number | undefined>(undefined)
