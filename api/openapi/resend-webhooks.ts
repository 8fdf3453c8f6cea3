import * as z from 'zod'
import { eventTypes } from '../../mail/email/event.ts'
import { webhookStatuses } from '../../mail/email/webhook.ts'
import { webhookChange, webhookWish } from '../resend/webhook-wish.ts'
import type { Operation } from './operation.ts'
import { webhookAttempt, webhookEvent } from './webhook-shapes.ts'
import { id, resendList, resendPaging, time } from './shapes.ts'

const object = z.literal('webhook')
const named = z.object({ object, id })
const withSecret = {
  signing_secret: z
    .string()
    .meta({ description: 'What to verify with; in the format `sendgrid` the verification key.' }),
}

const item = z.object({
  id,
  created_at: time,
  status: z.enum(webhookStatuses),
  endpoint: z.string(),
  events: z.array(z.enum(eventTypes)),
})

const ofEvent = z.literal('webhook_event')

/** What Resend's SDKs ask of webhooks. */
export const resendWebhookOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/webhooks',
    summary: 'Have a URL told of events',
    needs: 'full_access',
    body: webhookWish,
    example: { endpoint: 'https://93.184.215.14/hook', events: ['email.bounced'] },
    answer: { status: 201, body: named.extend(withSecret) },
  },
  {
    method: 'get',
    path: '/webhooks',
    summary: 'List webhooks, newest first',
    needs: 'full_access',
    query: resendPaging,
    answer: { status: 200, body: resendList(item) },
  },
  {
    method: 'get',
    path: '/webhooks/{id}',
    summary: 'Get a webhook',
    needs: 'full_access',
    answer: { status: 200, body: item.extend({ object, ...withSecret }) },
  },
  {
    method: 'patch',
    path: '/webhooks/{id}',
    summary: 'Change a webhook, enable or disable it',
    needs: 'full_access',
    body: webhookChange,
    example: { status: 'disabled' },
    answer: { status: 200, body: named },
  },
  {
    method: 'delete',
    path: '/webhooks/{id}',
    summary: 'Remove a webhook, with all that it was told',
    needs: 'full_access',
    answer: { status: 200, body: named.extend({ deleted: z.literal(true) }) },
  },
  {
    method: 'post',
    path: '/webhooks/{id}/signing-secret/rotate',
    summary: 'Get another secret; the old one signs too for 24 hours',
    needs: 'full_access',
    answer: { status: 200, body: named.extend(withSecret) },
  },
  {
    method: 'get',
    path: '/webhooks/{id}/events',
    summary: 'List what a webhook was told, newest first',
    needs: 'full_access',
    query: resendPaging,
    answer: { status: 200, body: resendList(webhookEvent) },
  },
  {
    method: 'get',
    path: '/webhooks/{id}/events/{event}',
    summary: 'Get what a webhook was told',
    needs: 'full_access',
    answer: {
      status: 200,
      body: webhookEvent.extend({
        object: ofEvent,
        next_attempt_at: time.nullable(),
        payload: z.unknown(),
      }),
    },
  },
  {
    method: 'get',
    path: '/webhooks/{id}/events/{event}/attempts',
    summary: 'List the attempts at it, newest first',
    needs: 'full_access',
    query: resendPaging,
    answer: { status: 200, body: resendList(webhookAttempt) },
  },
  {
    method: 'post',
    path: '/webhooks/{id}/events/{event}/replay',
    summary: 'Tell it again',
    needs: 'full_access',
    answer: { status: 200, body: z.object({ object: ofEvent, id }) },
    refusals: { 422: 'The id is invalid, or the webhook is disabled.' },
  },
]
