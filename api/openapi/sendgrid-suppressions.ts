import * as z from 'zod'
import { groupChange, groupWish } from '../sendgrid/groups.ts'
import { recipientsWish } from '../sendgrid/recipients.ts'
import { deletion } from '../sendgrid/suppressions.ts'
import type { Operation } from './operation.ts'

const number = z.int().min(0).optional()
const window = { limit: number, offset: number, start_time: number, end_time: number }
const email = z.string()
const created = z.int().meta({ description: 'Unix time in seconds.' })
const usual = z.object({ created, email })
const emails = { recipient_emails: ['gone@example.com'] }
const accepted = z.object({ recipient_emails: z.array(email) })

const group = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  is_default: z.boolean(),
})

const lists = {
  bounces: ['addresses that bounced', usual.extend({ reason: z.string(), status: z.string() })],
  blocks: ['nothing: what is blocked once gets mail again', z.object({})],
  invalid_emails: ['nothing: an address that does not exist is a bounce', z.object({})],
  spam_reports: ['addresses that complained', usual.extend({ ip: z.string() })],
} as const

const kinds = Object.entries(lists).flatMap(([kind, [what, item]]): Operation[] => [
  {
    method: 'get',
    path: `/v3/suppression/${kind}`,
    summary: `List ${what}`,
    needs: 'full_access',
    query: { ...window, email: email.optional() },
    answer: { status: 200, body: z.array(item) },
  },
  {
    method: 'delete',
    path: `/v3/suppression/${kind}`,
    summary: 'Let all of them, or some, get mail again',
    needs: 'full_access',
    body: deletion,
    example: { emails: ['gone@example.com'] },
    answer: { status: 204 },
  },
  {
    method: 'get',
    path: `/v3/suppression/${kind}/{email}`,
    summary: 'Get one, in a list of none or one',
    needs: 'full_access',
    answer: { status: 200, body: z.array(item) },
  },
  {
    method: 'delete',
    path: `/v3/suppression/${kind}/{email}`,
    summary: 'Let one get mail again',
    needs: 'full_access',
    answer: { status: 204 },
  },
])

const ofAll: readonly Operation[] = [
  {
    method: 'get',
    path: '/v3/suppression/unsubscribes',
    summary: 'List addresses that unsubscribed from everything',
    needs: 'full_access',
    query: { ...window, email: email.optional() },
    answer: { status: 200, body: z.array(usual) },
  },
  {
    method: 'post',
    path: '/v3/asm/suppressions/global',
    summary: 'Unsubscribe addresses from everything',
    needs: 'full_access',
    body: recipientsWish,
    example: emails,
    answer: { status: 201, body: accepted },
  },
  {
    method: 'get',
    path: '/v3/asm/suppressions/global/{email}',
    summary: 'Get whether an address unsubscribed from everything; an empty object when not',
    needs: 'full_access',
    answer: { status: 200, body: z.object({ recipient_email: email.optional() }) },
  },
  {
    method: 'delete',
    path: '/v3/asm/suppressions/global/{email}',
    summary: 'Let an address get mail again',
    needs: 'full_access',
    answer: { status: 204 },
  },
]

const groups: readonly Operation[] = [
  {
    method: 'get',
    path: '/v3/asm/groups',
    summary: 'List unsubscribe groups: the lists of `unsubscribe.lists` that have a number',
    needs: 'full_access',
    answer: { status: 200, body: z.array(group) },
  },
  {
    method: 'post',
    path: '/v3/asm/groups',
    summary: 'Make an unsubscribe group',
    needs: 'full_access',
    forAll: true,
    body: groupWish,
    example: { name: 'News' },
    answer: { status: 201, body: group },
  },
  {
    method: 'get',
    path: '/v3/asm/groups/{group}',
    summary: 'Get an unsubscribe group',
    needs: 'full_access',
    answer: { status: 200, body: group },
  },
  {
    method: 'patch',
    path: '/v3/asm/groups/{group}',
    summary: 'Rename an unsubscribe group',
    needs: 'full_access',
    forAll: true,
    body: groupChange,
    example: { name: 'Newsletter' },
    answer: { status: 201, body: group },
  },
  {
    method: 'delete',
    path: '/v3/asm/groups/{group}',
    summary: 'Remove an unsubscribe group; who left it stays suppressed for its list',
    needs: 'full_access',
    forAll: true,
    answer: { status: 204 },
  },
  {
    method: 'get',
    path: '/v3/asm/groups/{group}/suppressions',
    summary: 'List who unsubscribed from a group',
    needs: 'full_access',
    query: window,
    answer: { status: 200, body: z.array(email) },
  },
  {
    method: 'post',
    path: '/v3/asm/groups/{group}/suppressions',
    summary: 'Unsubscribe addresses from a group',
    needs: 'full_access',
    body: recipientsWish,
    example: emails,
    answer: { status: 201, body: accepted },
  },
  {
    method: 'post',
    path: '/v3/asm/groups/{group}/suppressions/search',
    summary: 'Get which of these addresses unsubscribed from a group',
    needs: 'full_access',
    body: recipientsWish,
    example: emails,
    answer: { status: 200, body: z.array(email) },
  },
  {
    method: 'delete',
    path: '/v3/asm/groups/{group}/suppressions/{email}',
    summary: 'Let an address get mail to a group again',
    needs: 'full_access',
    answer: { status: 204 },
  },
  {
    method: 'get',
    path: '/v3/asm/suppressions',
    summary: 'List who unsubscribed from which group',
    needs: 'full_access',
    query: window,
    answer: {
      status: 200,
      body: z.array(
        z.object({ email, group_id: z.int(), group_name: z.string(), created_at: created }),
      ),
    },
  },
]

/** What SendGrid's libraries ask of suppressions. */
export const sendGridSuppressionOperations = [...kinds, ...ofAll, ...groups]
