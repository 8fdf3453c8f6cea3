import type { Notices } from '../../mail/ports/notices.ts'
import type { Webhooks } from '../../mail/ports/webhooks.ts'

/** There are no endpoints on AWS yet, and the API offers none there. */
export const noWebhooks: Webhooks = {
  most: 0,
  create: refuse,
  get: async () => undefined,
  list: async () => [],
  known: async () => [],
  replace: refuse,
  remove: async () => false,
}

export const noNotices: Notices = {
  put: refuse,
  get: async () => undefined,
  list: async () => ({ data: [], hasMore: false }),
  settle: refuse,
  replay: refuse,
  removeAll: async () => undefined,
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('there are no webhooks on AWS yet'))
}
