import * as z from 'zod'
import { keyBody } from '../../mail/keys/api-keys.ts'
import { emailBody } from '../../mail/request/email-body.ts'
import { templateWish } from '../../mail/request/template-wish.ts'
import { domainChange } from '../resend/domain-change.ts'
import type { Operation } from './operation.ts'
import { keyItem, usedTemplate } from './own-shapes.ts'
import { id, sendHeaders, idOnly, resendList, resendPaging, time } from './shapes.ts'
import { resendSuppressionOperations } from './resend-suppressions.ts'
import { resendTemplateOperations } from './resend-templates.ts'
import { resendWebhookOperations } from './resend-webhooks.ts'

const emailItem = z.object({
  id,
  message_id: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()).nullable(),
  bcc: z.array(z.string()).nullable(),
  reply_to: z.array(z.string()).nullable(),
  subject: z.string(),
  created_at: time,
  scheduled_at: time.nullable(),
  last_event: z.enum([
    'scheduled',
    'queued',
    'sent',
    'failed',
    'suppressed',
    'canceled',
    'delivered',
    'delivery_delayed',
    'bounced',
    'complained',
  ]),
})

/** With a template, that brings html and text, and subject, from and reply_to unless given here. */
const templatedEmail = emailBody
  .partial({ subject: true })
  .extend({ template: templateWish.optional() })

export type LastEvent = z.output<typeof emailItem>['last_event']

const email = emailItem.extend({
  object: z.literal('email'),
  html: z.string().nullable().meta({ description: 'null once the content is gone.' }),
  text: z.string().nullable(),
  tags: z.array(z.object({ name: z.string(), value: z.string() })),
  topic_id: z.string().nullable(),
})

const attachment = z.object({
  id,
  filename: z.string(),
  size: z.int(),
  content_type: z.string(),
  content_disposition: z.enum(['attachment', 'inline']),
  content_id: z.string().nullable(),
  download_url: z.url().meta({ description: 'Needs no key; good until it expires.' }),
  expires_at: time,
})

const domainItem = z.object({
  id,
  name: z.string(),
  status: z.enum([
    'not_started',
    'pending',
    'verified',
    'partially_verified',
    'partially_failed',
    'failed',
  ]),
  created_at: time,
  region: z.string(),
  capabilities: z.object({ sending: z.literal('enabled'), receiving: z.literal('disabled') }),
  open_tracking: z.literal(false),
  click_tracking: z.literal(false),
  tracking_subdomain: z.null(),
})

const domain = domainItem.extend({
  object: z.literal('domain'),
  records: z.array(
    z.object({
      record: z.enum(['SPF', 'DKIM']),
      name: z.string(),
      type: z.enum(['TXT', 'CNAME']),
      value: z.string(),
      ttl: z.literal('Auto'),
      status: z.enum(['verified', 'not_started', 'failed', 'temporary_failure', 'pending']),
    }),
  ),
})

const domainNamed = z.object({ object: z.literal('domain'), id })

const changed = z.object({ object: z.literal('email'), id })

const anEmail = {
  from: 'Acme <me@example.com>',
  to: ['you@example.com'],
  subject: 'Hello',
  html: '<p>It works.</p>',
}

const notAccepted = {
  409: 'The Idempotency-Key belongs to another request, or the same request is still in progress.',
  503: 'Mail is off.',
}

const notScheduled = { 422: 'The id is invalid, or the email is no longer scheduled.' }

/** What Resend's SDKs ask for. */
export const resendOperations: readonly Operation[] = [
  ...resendSuppressionOperations,
  ...resendTemplateOperations,
  ...resendWebhookOperations,
  {
    method: 'post',
    path: '/emails',
    summary: 'Send an email',
    needs: 'sending_access',
    headers: sendHeaders,
    body: templatedEmail,
    example: anEmail,
    answer: { status: 200, body: idOnly.extend({ template: usedTemplate.optional() }) },
    refusals: notAccepted,
  },
  {
    method: 'post',
    path: '/emails/batch',
    summary: 'Send up to 100 emails, all of them or none',
    needs: 'sending_access',
    headers: {
      ...sendHeaders,
      'x-batch-validation': z.enum(['strict', 'permissive']).optional(),
    },
    body: z.array(templatedEmail).min(1).max(100),
    example: [anEmail, { ...anEmail, to: 'other@example.com' }],
    answer: {
      status: 200,
      body: z.object({
        data: z.array(idOnly),
        errors: z
          .array(z.object({ index: z.int(), message: z.string() }))
          .optional()
          .meta({ description: 'Only where it is permissive.' }),
      }),
    },
    refusals: notAccepted,
  },
  {
    method: 'get',
    path: '/emails',
    summary: 'List emails, newest first',
    needs: 'full_access',
    query: resendPaging,
    answer: { status: 200, body: resendList(emailItem) },
  },
  {
    method: 'get',
    path: '/emails/{id}',
    summary: 'Get an email',
    needs: 'full_access',
    answer: { status: 200, body: email },
  },
  {
    method: 'patch',
    path: '/emails/{id}',
    summary: 'Send a scheduled email at another time',
    needs: 'full_access',
    body: z.object({ scheduled_at: z.string() }),
    example: { scheduled_at: '2026-01-02T09:00:00Z' },
    answer: { status: 200, body: changed },
    refusals: notScheduled,
  },
  {
    method: 'post',
    path: '/emails/{id}/cancel',
    summary: 'Cancel a scheduled email',
    needs: 'full_access',
    answer: { status: 200, body: changed },
    refusals: notScheduled,
  },
  {
    method: 'get',
    path: '/emails/{id}/attachments',
    summary: 'List the attachments of an email, while its content is kept',
    needs: 'full_access',
    query: resendPaging,
    answer: { status: 200, body: resendList(attachment) },
  },
  {
    method: 'get',
    path: '/emails/{id}/attachments/{aid}',
    summary: 'Get an attachment',
    needs: 'full_access',
    answer: { status: 200, body: attachment.extend({ object: z.literal('attachment') }) },
  },
  {
    method: 'post',
    path: '/api-keys',
    summary: 'Create an API key; its token is shown once',
    needs: 'full_access',
    body: keyBody,
    example: { name: 'shop' },
    answer: { status: 201, body: z.object({ id, token: z.string() }) },
  },
  {
    method: 'get',
    path: '/api-keys',
    summary: 'List API keys',
    needs: 'full_access',
    query: resendPaging,
    answer: { status: 200, body: resendList(keyItem) },
  },
  {
    method: 'patch',
    path: '/api-keys/{id}',
    summary: 'Rename an API key',
    needs: 'full_access',
    body: keyBody.pick({ name: true }),
    example: { name: 'new shop' },
    answer: { status: 200, body: z.object({ object: z.literal('api_key'), id }) },
  },
  {
    method: 'delete',
    path: '/api-keys/{id}',
    summary: 'Revoke an API key',
    needs: 'full_access',
    answer: {
      status: 200,
      body: z.object({ object: z.literal('api_key'), id, deleted: z.literal(true) }),
    },
  },
  {
    method: 'post',
    path: '/domains',
    summary: 'Add a sender domain, and get the DNS records it needs',
    needs: 'full_access',
    forAll: true,
    body: z.object({ name: z.string(), region: z.string().optional() }),
    example: { name: 'example.com' },
    answer: { status: 201, body: domain },
    refusals: { 403: 'The key is unknown, or the sender domains are locked.' },
  },
  {
    method: 'get',
    path: '/domains',
    summary: 'List the sender domains; empty when all are allowed',
    needs: 'full_access',
    query: resendPaging,
    answer: { status: 200, body: resendList(domainItem) },
  },
  {
    method: 'get',
    path: '/domains/{id}',
    summary: 'Get a domain, with its DNS records as last found',
    needs: 'full_access',
    answer: { status: 200, body: domain },
  },
  {
    method: 'post',
    path: '/domains/{id}/verify',
    summary: 'Check the DNS records of a domain again',
    needs: 'full_access',
    answer: { status: 200, body: domainNamed },
  },
  {
    method: 'patch',
    path: '/domains/{id}',
    summary: 'Checked, without effect: tracking and TLS of a domain are not set here',
    needs: 'full_access',
    body: domainChange,
    example: { click_tracking: false },
    answer: { status: 200, body: domainNamed },
  },
  {
    method: 'delete',
    path: '/domains/{id}',
    summary: 'Remove a sender domain',
    needs: 'full_access',
    forAll: true,
    answer: { status: 200, body: domainNamed.extend({ deleted: z.literal(true) }) },
    refusals: { 403: 'The key is unknown, or the sender domains are locked.' },
  },
]
