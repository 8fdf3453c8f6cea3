import * as z from 'zod'
import { addWish, oneWish, origins, removeWish } from '../resend/suppressions.ts'
import type { Operation } from './operation.ts'
import { id, resendList, resendPaging, time } from './shapes.ts'

const object = z.literal('suppression')
const named = z.object({ object, id })
const removed = named.extend({ deleted: z.literal(true) })

const item = z.object({
  id,
  email: z.string(),
  origin: z.enum(origins),
  source_id: z.string().nullable().meta({ description: 'The email that it is about.' }),
  created_at: time,
})

const anEmail = { email: 'gone@example.com' }
const emails = { emails: ['gone@example.com'] }

/** What Resend's SDKs ask of suppressions. An address may stand in the place of an id. */
export const resendSuppressionOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/suppressions',
    summary: 'Suppress an address',
    needs: 'full_access',
    body: oneWish,
    example: anEmail,
    answer: { status: 201, body: named },
  },
  {
    method: 'get',
    path: '/suppressions',
    summary: 'List suppressed addresses, newest first',
    needs: 'full_access',
    query: { ...resendPaging, origin: z.enum(origins).optional() },
    answer: { status: 200, body: resendList(item) },
  },
  {
    method: 'post',
    path: '/suppressions/batch/add',
    summary: 'Suppress up to 100 addresses',
    needs: 'full_access',
    body: addWish,
    example: emails,
    answer: { status: 201, body: z.object({ data: z.array(named) }) },
  },
  {
    method: 'post',
    path: '/suppressions/batch/remove',
    summary: 'Let up to 100 addresses get mail again, by address or id',
    needs: 'full_access',
    body: removeWish,
    example: emails,
    answer: { status: 200, body: z.object({ data: z.array(removed) }) },
  },
  {
    method: 'get',
    path: '/suppressions/{key}',
    summary: 'Get a suppressed address, by its id or itself',
    needs: 'full_access',
    answer: { status: 200, body: item.extend({ object }) },
  },
  {
    method: 'delete',
    path: '/suppressions/{key}',
    summary: 'Let an address get mail again',
    needs: 'full_access',
    answer: { status: 200, body: removed },
  },
]
