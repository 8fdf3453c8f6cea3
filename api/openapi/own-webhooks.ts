import * as z from 'zod'
import { replayWish } from '../v1/webhooks.ts'
import type { Operation } from './operation.ts'
import { id, idOnly, ownList, paging } from './shapes.ts'
import { webhookSummary } from './webhook-shapes.ts'

const disabled = { 422: 'A field is wrong, or the webhook is disabled.' }

/** Endpoints of webhooks, as far as Resend's API does not have it. */
export const webhookOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/webhooks',
    summary: 'List webhooks with how they fare, newest first',
    needs: 'full_access',
    query: { ...paging, before: id.optional() },
    answer: { status: 200, body: ownList(webhookSummary) },
  },
  {
    method: 'get',
    path: '/v1/webhooks/{id}',
    summary: 'Get a webhook with how it fares',
    needs: 'full_access',
    answer: { status: 200, body: webhookSummary },
  },
  {
    method: 'post',
    path: '/v1/webhooks/{id}/test',
    summary: 'Send a webhook an event of an email that there never was',
    needs: 'full_access',
    answer: { status: 202, body: idOnly },
    refusals: disabled,
  },
  {
    method: 'post',
    path: '/v1/webhooks/{id}/replay',
    summary: 'Tell a webhook again of what it did not take since a time',
    needs: 'full_access',
    body: replayWish,
    example: { since: '2026-01-01T00:00:00Z' },
    answer: { status: 200, body: z.object({ replayed: z.int() }) },
    refusals: disabled,
  },
]
