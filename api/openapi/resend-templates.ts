import * as z from 'zod'
import { variableTypes } from '../../mail/template/variables.ts'
import { templateBody, templateChange } from '../resend/template-body.ts'
import type { Operation } from './operation.ts'
import { id, resendList, resendPaging, time } from './shapes.ts'

const object = z.literal('template')
const named = z.object({ object, id })

const item = z.object({
  id,
  name: z.string(),
  status: z.enum(['draft', 'published']),
  published_at: time.nullable(),
  created_at: time,
  updated_at: time,
  alias: z.string().nullable(),
})

const variable = z.object({
  id,
  key: z.string(),
  type: z.enum(variableTypes),
  fallback_value: z.unknown().nullable(),
  created_at: time,
  updated_at: time,
})

const template = item.extend({
  object,
  current_version_id: id.nullable(),
  from: z.string().nullable(),
  subject: z.string().nullable(),
  reply_to: z.array(z.string()).nullable(),
  html: z.string(),
  text: z.string().nullable(),
  variables: z.array(variable).nullable(),
  has_unpublished_versions: z.boolean(),
})

const ofFile = { 409: 'It is a file.' }

/** What Resend's SDKs ask of templates, by id or by alias. */
export const resendTemplateOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/templates',
    summary: 'Make a template: a draft, until it is published',
    needs: 'full_access',
    body: templateBody,
    example: { name: 'Welcome', subject: 'Hello {{{NAME}}}', html: '<p>Hello {{{NAME}}}</p>' },
    answer: { status: 201, body: named },
  },
  {
    method: 'get',
    path: '/templates',
    summary: 'List templates: those kept here, newest first, and then files',
    needs: 'full_access',
    query: resendPaging,
    answer: { status: 200, body: resendList(item) },
  },
  {
    method: 'get',
    path: '/templates/{id}',
    anyId: true,
    summary: 'Get a template with its draft',
    needs: 'full_access',
    answer: { status: 200, body: template },
  },
  {
    method: 'patch',
    path: '/templates/{id}',
    summary: 'Change the draft; what is published stays as it is',
    needs: 'full_access',
    body: templateChange,
    example: { name: 'Hello' },
    answer: { status: 200, body: named },
    refusals: ofFile,
  },
  {
    method: 'delete',
    path: '/templates/{id}',
    anyId: true,
    summary: 'Remove a template with its versions',
    needs: 'full_access',
    answer: { status: 200, body: named.extend({ deleted: z.literal(true) }) },
    refusals: ofFile,
  },
  {
    method: 'post',
    path: '/templates/{id}/publish',
    anyId: true,
    summary: 'Make the draft what emails are made from',
    needs: 'full_access',
    answer: { status: 200, body: named },
    refusals: ofFile,
  },
  {
    method: 'post',
    path: '/templates/{id}/duplicate',
    anyId: true,
    summary: 'Make a template of what another says',
    needs: 'full_access',
    answer: { status: 201, body: named },
  },
]
