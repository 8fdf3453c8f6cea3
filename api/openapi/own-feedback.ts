import * as z from 'zod'
import { returnedToHeader } from '../v1/feedback.ts'
import { returnedTaken, strayItem } from './feedback-shapes.ts'
import type { Operation } from './operation.ts'
import { ownList, paging } from './shapes.ts'

/** What came back, and what of it no program understood. */
export const feedbackOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/feedback/mail',
    summary: 'Take an email that came back: a delivery report, a complaint',
    needs: 'full_access',
    forAll: true,
    headers: {
      [returnedToHeader]: z.string().optional().meta({
        description: 'The address it came back to, where a mail server tells it.',
      }),
    },
    takes: 'message/rfc822',
    example: 'From: mailer-daemon@example.org\r\nSubject: Undelivered\r\n\r\nSorry.\r\n',
    answer: { status: 200, body: returnedTaken },
    refusals: { 400: 'There is no email in the body.', 413: 'It is larger than 10 MB.' },
  },
  {
    method: 'get',
    path: '/v1/feedback/mail',
    summary: 'List email that came back and was not understood, newest first',
    needs: 'full_access',
    forAll: true,
    query: paging,
    answer: { status: 200, body: ownList(strayItem) },
  },
  {
    method: 'get',
    path: '/v1/feedback/mail/{id}',
    summary: 'Get why an email that came back was kept',
    needs: 'full_access',
    forAll: true,
    answer: { status: 200, body: strayItem },
  },
  {
    method: 'get',
    path: '/v1/feedback/mail/{id}/raw',
    summary: 'The bytes of an email that came back',
    needs: 'full_access',
    forAll: true,
    answer: { status: 200, type: 'message/rfc822' },
  },
  {
    method: 'delete',
    path: '/v1/feedback/mail/{id}',
    summary: 'Remove an email that came back',
    needs: 'full_access',
    forAll: true,
    answer: { status: 200, body: z.object({ deleted: z.literal(1) }) },
  },
]
