import * as z from 'zod'
import { suppressionReasons } from '../../mail/email/suppression.ts'
import { suppressionWish } from '../v1/suppressions.ts'
import type { Operation } from './operation.ts'
import { id, ownList, paging } from './shapes.ts'
import { imported, suppressionDetail, suppressionSummary } from './suppression-shapes.ts'

const reason = z.enum(suppressionReasons).optional()

/** The addresses that get nothing, and the links by which they say so. */
export const suppressionOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/suppressions',
    summary: 'List suppressed addresses, newest first',
    needs: 'full_access',
    query: {
      ...paging,
      reason,
      list: z.string().optional().meta({ description: 'Of this list; empty: of none.' }),
      q: z.string().optional().meta({ description: 'An address, or a part of one.' }),
    },
    answer: { status: 200, body: ownList(suppressionSummary) },
  },
  {
    method: 'post',
    path: '/v1/suppressions',
    summary: 'Suppress an address',
    needs: 'full_access',
    body: suppressionWish,
    example: { address: 'gone@example.com' },
    answer: { status: 201, body: suppressionSummary },
  },
  {
    method: 'get',
    path: '/v1/suppressions/export',
    summary: 'Get all of them as CSV',
    needs: 'full_access',
    query: { after: paging.after },
    answer: { status: 200, type: 'text/csv' },
  },
  {
    method: 'post',
    path: '/v1/suppressions/import',
    summary: 'Suppress the addresses of a CSV file, of up to 10,000 rows',
    needs: 'full_access',
    query: { reason: reason.meta({ description: 'For rows that give none: `manual`.' }) },
    takes: 'text/csv',
    answer: { status: 200, body: imported },
    refusals: { 400: 'The file is not UTF-8.', 413: 'The file is too large.' },
  },
  {
    method: 'get',
    path: '/v1/suppressions/{id}',
    summary: 'Get a suppressed address, and who did what with it',
    needs: 'full_access',
    answer: { status: 200, body: suppressionDetail },
  },
  {
    method: 'delete',
    path: '/v1/suppressions/{id}',
    summary: 'Let an address get mail again',
    needs: 'full_access',
    answer: { status: 200, body: z.object({ id, deleted: z.literal(true) }) },
  },
  {
    method: 'post',
    path: '/v1/unsubscribe/rotate',
    summary: 'Sign links to unsubscribe with a new key; old links still work',
    needs: 'full_access',
    forAll: true,
    answer: { status: 200, body: z.object({ keys: z.int() }) },
  },
]
