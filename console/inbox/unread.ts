import { createStore } from '../data/store.ts'

/** How many captures are unread, as far as this page knows: next to "Inbox" everywhere. */
export const unread = createStore<number | undefined>(undefined)
