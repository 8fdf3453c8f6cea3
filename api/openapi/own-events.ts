import * as z from 'zod'
import { eventOrders } from '../../mail/email/event.ts'
import { emailEvents, eventPage, eventType } from './event-shapes.ts'
import type { Operation } from './operation.ts'
import { paging } from './shapes.ts'

/** What became of emails, engines and suppressed addresses. */
export const eventOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/events',
    summary: 'List events; with order=oldest and each page’s cursor a reader misses none',
    needs: 'full_access',
    query: {
      limit: paging.limit,
      after: z.string().optional().meta({ description: 'The cursor of the page before.' }),
      order: z
        .enum(eventOrders)
        .optional()
        .meta({ description: 'Which come first, by when Postern learned of them; newest.' }),
      since: z.iso
        .datetime({ offset: true })
        .optional()
        .meta({ description: 'Only what Postern learned of from then on.' }),
      type: eventType.optional().meta({ description: 'One, or several with commas.' }),
      recipient: z.string().optional().meta({ description: 'An exact address.' }),
    },
    answer: { status: 200, body: eventPage },
  },
  {
    method: 'get',
    path: '/v1/emails/{id}/events',
    summary: 'List the events of an email, in the order in which they happened',
    needs: 'full_access',
    answer: { status: 200, body: emailEvents },
  },
]
