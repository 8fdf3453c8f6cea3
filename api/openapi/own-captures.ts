import * as z from 'zod'
import { seenMark } from '../v1/captures.ts'
import type { Operation } from './operation.ts'
import { captureChecks, capturedEmail, captureDetail, captureList } from './capture-shapes.ts'
import { id, paging } from './shapes.ts'

const filter = {
  to: z.string().optional().meta({ description: 'One exact recipient address.' }),
  subject: z.string().optional().meta({ description: 'Part of the subject, in any case.' }),
  tag: z.string().optional().meta({ description: 'One whole tag, in any case.' }),
}

/** What was kept instead of sent: for people, and for end-to-end tests. */
export const captureOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/captures',
    summary: 'List captured emails, newest first; or wait for one',
    needs: 'full_access',
    query: {
      ...paging,
      ...filter,
      q: z.string().optional().meta({ description: 'Words of recipients, subject or text.' }),
      since: z.string().optional().meta({
        description:
          'Only those accepted after this id, or at this ISO 8601 time or later; the first of them with `limit=1`.',
      }),
      count: z.int().min(1).max(100).optional().meta({
        description: 'How many to wait for, one unless given. Also says how many there are in all.',
      }),
      wait: z.number().min(0).max(20).optional().meta({
        description: 'Seconds to wait for a match before answering with an empty list.',
      }),
    },
    answer: {
      status: 200,
      body: captureList,
    },
  },
  {
    method: 'get',
    path: '/v1/captures/events',
    summary:
      'Follow captured emails as server-sent events, each an `email.captured` with a capture',
    needs: 'full_access',
    query: filter,
    headers: {
      'Last-Event-ID': z.string().optional().meta({
        description: 'The id of the last event that was read: goes on with what was captured next.',
      }),
    },
    answer: { status: 200, type: 'text/event-stream' },
    refusals: { 429: 'Too many requests or streams with one key.' },
  },
  ...operationsOf({
    path: '/v1/captures/{id}',
    shown: 'Look at a captured email: headers, text, html, links, codes, attachments',
    email: 'a captured email',
    view: captureDetail,
  }),
  ...operationsOf({
    path: '/v1/captures/{id}/emails/{path}',
    shown: 'Look at an email that is attached, type message/rfc822: `0`, or `0.2` inside that one',
    email: 'an attached email',
    view: capturedEmail,
  }),
  {
    method: 'get',
    path: '/v1/captures/{id}/checks',
    summary: 'Check a captured email: mail clients, accessibility, size, unsubscribing, alignment',
    needs: 'full_access',
    query: {
      links: z.enum(['1']).optional().meta({
        description: 'Asks every link for its status, 50 at most: where a click counts, this may.',
      }),
    },
    answer: { status: 200, body: captureChecks },
  },
  {
    method: 'post',
    path: '/v1/captures/{id}/seen',
    summary: 'Mark a captured email as read or unread',
    needs: 'full_access',
    body: seenMark,
    example: { seen: true },
    answer: { status: 200, body: z.object({ id, seen: z.boolean() }) },
  },
  {
    method: 'delete',
    path: '/v1/captures',
    summary: 'Remove all captured emails',
    needs: 'full_access',
    answer: { status: 200, body: z.object({ deleted: z.int() }) },
  },
  {
    method: 'delete',
    path: '/v1/captures/{id}',
    summary: 'Remove a captured email',
    needs: 'full_access',
    answer: { status: 200, body: z.object({ deleted: z.int() }) },
  },
]

interface Viewed {
  readonly path: string
  readonly shown: string
  readonly email: string
  readonly view: z.ZodType
}

/** An email that was captured, or is attached to one: the whole of it, and its parts. */
function operationsOf({ path, shown, email, view }: Viewed): Operation[] {
  return [
    {
      method: 'get',
      path,
      summary: shown,
      needs: 'full_access',
      answer: { status: 200, body: view },
    },
    {
      method: 'get',
      path: `${path}/raw`,
      summary: `The bytes of ${email}`,
      needs: 'full_access',
      answer: { status: 200, type: 'message/rfc822' },
    },
    {
      method: 'get',
      path: `${path}/html`,
      summary: `The html part of ${email}, as a document in which nothing runs, to show in a frame`,
      needs: 'full_access',
      query: { images: z.literal('remote').optional() },
      answer: { status: 200, type: 'text/html' },
    },
    {
      method: 'get',
      path: `${path}/attachments/{n}`,
      summary: `The bytes of an attachment of ${email}, counted from 0`,
      needs: 'full_access',
      answer: { status: 200, type: 'application/octet-stream' },
    },
  ]
}
