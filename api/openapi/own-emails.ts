import * as z from 'zod'
import { releaseWish } from '../v1/emails.ts'
import { recipientsHeader, senderHeader } from '../v1/raw-email.ts'
import { pauseWish, resumeWish } from '../v1/pauses.ts'
import { redriveWish } from '../v1/queue.ts'
import { senderResumeWish } from '../v1/senders.ts'
import type { Operation } from './operation.ts'
import {
  deadLetter,
  emailDetail,
  emailSummary,
  pausedLanes,
  queueView,
  senderItem,
  senderResumed,
  redriven,
  state,
  stream,
} from './own-shapes.ts'
import { idOnly, ownList, paging, resendPaging, sendHeaders } from './shapes.ts'

const notPossible = { 409: "Not possible in the email's current state; the message says why." }

/** The real state of emails, what waits, and what was given up. */
export const emailOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/emails',
    summary: 'List emails with the real state of each, newest first',
    needs: 'full_access',
    query: {
      ...resendPaging,
      status: state.optional(),
      stream: stream.optional(),
      q: z.string().optional().meta({ description: 'An exact recipient address, or an id.' }),
      since: z.iso
        .datetime({ offset: true })
        .optional()
        .meta({ description: 'Only what was accepted from then on. Not with `before`.' }),
    },
    answer: { status: 200, body: ownList(emailSummary) },
  },
  {
    method: 'post',
    path: '/v1/emails/raw',
    summary: 'Send a whole MIME email, as over SMTP',
    needs: 'sending_access',
    headers: {
      ...sendHeaders,
      [recipientsHeader]: z.string().optional().meta({
        description: 'Who gets it, with commas between; To, Cc and Bcc of the email unless given.',
      }),
      [senderHeader]: z.string().optional().meta({
        description: "Where bounces go, `<>` for nowhere; the email's Sender or From unless given.",
      }),
    },
    takes: 'message/rfc822',
    example: 'From: a@example.com\r\nTo: b@example.com\r\nSubject: Hello\r\n\r\nIt works.\r\n',
    answer: { status: 200, body: idOnly },
    refusals: {
      400: 'There is no email in the body.',
      409: 'The Idempotency-Key belongs to another email, or the same one is being accepted.',
      413: 'It is larger than 40 MB.',
      422: 'The email or a header is wrong.',
    },
  },
  {
    method: 'get',
    path: '/v1/emails/{id}',
    summary: 'Get everything known about an email: recipients, attempts, timeline',
    needs: 'full_access',
    answer: { status: 200, body: emailDetail },
  },
  {
    method: 'post',
    path: '/v1/emails/{id}/retry',
    summary: 'Try a held or failed email again',
    needs: 'full_access',
    answer: { status: 200, body: emailDetail },
    refusals: notPossible,
  },
  {
    method: 'post',
    path: '/v1/emails/{id}/cancel',
    summary: 'Cancel an email that waits',
    needs: 'full_access',
    answer: { status: 200, body: emailDetail },
    refusals: notPossible,
  },
  {
    method: 'post',
    path: '/v1/emails/{id}/release',
    summary: 'Send a captured email to one recipient, as a new email',
    needs: 'full_access',
    body: releaseWish,
    example: { to: 'you@example.com', engine: 'smtp' },
    answer: { status: 200, body: idOnly },
    refusals: notPossible,
  },
  {
    method: 'get',
    path: '/v1/queue',
    summary: 'Get how much waits',
    needs: 'full_access',
    answer: { status: 200, body: queueView },
  },
  {
    method: 'post',
    path: '/v1/queue/pause',
    summary: 'Let a stream, or what of it goes to one domain, wait until it is resumed',
    needs: 'full_access',
    forAll: true,
    body: pauseWish,
    example: { stream: 'bulk', reason: 'too many complaints' },
    answer: { status: 200, body: pausedLanes },
    refusals: { 409: 'It is paused already.' },
  },
  {
    method: 'post',
    path: '/v1/queue/resume',
    summary: 'Let what was paused go on',
    needs: 'full_access',
    forAll: true,
    body: resumeWish,
    example: { stream: 'bulk', domain: 'example.com' },
    answer: { status: 200, body: pausedLanes },
    refusals: { 409: 'It is not paused.' },
  },
  {
    method: 'get',
    path: '/v1/senders',
    summary: 'List how recipients take what each sender domain sends',
    needs: 'full_access',
    answer: { status: 200, body: ownList(senderItem) },
  },
  {
    method: 'post',
    path: '/v1/senders/resume',
    summary: 'Let bulk email of a sender go on that was held back',
    needs: 'full_access',
    body: senderResumeWish,
    example: { domain: 'example.com' },
    answer: { status: 200, body: senderResumed },
    refusals: { 409: 'It is not held back.' },
  },
  {
    method: 'get',
    path: '/v1/dead-letters',
    summary: 'List dead letters, newest first',
    needs: 'full_access',
    query: paging,
    answer: { status: 200, body: ownList(deadLetter) },
  },
  {
    method: 'post',
    path: '/v1/dead-letters/{id}/redrive',
    anyId: true,
    summary: 'Try a dead letter again: the email, where it is one that was accepted',
    needs: 'full_access',
    answer: { status: 200, body: z.union([emailDetail, redriven]) },
    refusals: notPossible,
  },
  {
    method: 'post',
    path: '/v1/dead-letters/redrive',
    summary: 'Try all or several dead letters again, page by page',
    needs: 'full_access',
    body: redriveWish,
    example: {},
    answer: { status: 200, body: ownList(redriven) },
  },
  {
    method: 'delete',
    path: '/v1/dead-letters/{id}',
    anyId: true,
    summary: 'Remove a dead letter; its email stays failed',
    needs: 'full_access',
    answer: { status: 200, body: z.object({ id: z.string(), deleted: z.literal(true) }) },
  },
]
