import * as z from 'zod'
import { statusWish, stopWish } from '../sendgrid/batches.ts'
import { templatedBody } from '../sendgrid/send-body.ts'
import type { Operation } from './operation.ts'
import { sendGridSuppressionOperations } from './sendgrid-suppressions.ts'
import { sendGridTemplateOperations } from './sendgrid-templates.ts'
import { id, sendHeaders } from './shapes.ts'

const batch = z.object({ batch_id: id })
const send = z.object({ batch_id: id, status: z.enum(['pause', 'cancel']) })

/** What SendGrid's libraries ask for. */
export const sendGridOperations: readonly Operation[] = [
  ...sendGridSuppressionOperations,
  ...sendGridTemplateOperations,
  {
    method: 'post',
    path: '/v3/mail/send',
    summary: 'Send an email for each personalization, all of them or none; 200 in sandbox mode',
    needs: 'sending_access',
    headers: sendHeaders,
    body: templatedBody.partial({ template_id: true }),
    example: {
      personalizations: [{ to: [{ email: 'you@example.com' }] }],
      from: { email: 'me@example.com', name: 'Acme' },
      subject: 'Hello',
      content: [{ type: 'text/html', value: '<p>It works.</p>' }],
    },
    answer: {
      status: 202,
      headers: {
        'X-Message-Id': id.meta({ description: "Of the first personalization's email." }),
      },
    },
    refusals: {
      403: 'The key may not send from this domain.',
      409: 'The Idempotency-Key belongs to another request, or the same request is still in progress.',
      503: 'Mail is off.',
    },
  },
  {
    method: 'post',
    path: '/v3/mail/batch',
    summary: 'Make a batch id, under which emails can be paused or canceled together',
    needs: 'sending_access',
    answer: { status: 201, body: batch },
  },
  {
    method: 'get',
    path: '/v3/mail/batch/{id}',
    summary: 'Check a batch id',
    needs: 'sending_access',
    answer: { status: 200, body: batch },
  },
  {
    method: 'post',
    path: '/v3/user/scheduled_sends',
    summary: 'Pause or cancel a batch',
    needs: 'full_access',
    body: stopWish,
    answer: { status: 201, body: send },
    refusals: { 404: 'There is no such batch.' },
  },
  {
    method: 'get',
    path: '/v3/user/scheduled_sends',
    summary: 'List paused and canceled batches',
    needs: 'full_access',
    answer: { status: 200, body: z.array(send) },
  },
  {
    method: 'get',
    path: '/v3/user/scheduled_sends/{id}',
    summary: 'Get a paused or canceled batch',
    needs: 'full_access',
    answer: { status: 200, body: z.array(send).length(1) },
  },
  {
    method: 'patch',
    path: '/v3/user/scheduled_sends/{id}',
    summary: 'Change a batch from paused to canceled, or back',
    needs: 'full_access',
    body: statusWish,
    example: { status: 'cancel' },
    answer: { status: 204 },
  },
  {
    method: 'delete',
    path: '/v3/user/scheduled_sends/{id}',
    summary: 'Resume a paused or canceled batch',
    needs: 'full_access',
    answer: { status: 204 },
  },
  {
    method: 'get',
    path: '/v3/scopes',
    summary: 'Get what the key may do',
    needs: 'sending_access',
    answer: { status: 200, body: z.object({ scopes: z.array(z.string()) }) },
  },
]
