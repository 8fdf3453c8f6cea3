import * as z from 'zod'
import {
  copyWish,
  templateBody,
  templateChange,
  versionBody,
  versionChange,
} from '../sendgrid/template-body.ts'
import type { Operation } from './operation.ts'
import { id } from './shapes.ts'

const templateId = z.string().regex(/^d-[0-9a-f]{32}$/)
const time = z.string().meta({ description: '`YYYY-MM-DD HH:MM:SS`, in UTC.' })

const words = z.object({
  subject: z.string(),
  html_content: z.string(),
  plain_content: z.string(),
  test_data: z.string(),
})

const summary = z.object({
  id,
  template_id: templateId,
  active: z.literal([0, 1]),
  name: z.string(),
  generate_plain_content: z.boolean(),
  editor: z.literal('code'),
  updated_at: time,
})

const version = summary.extend(words.shape)

const template = z.object({
  id: templateId,
  name: z.string(),
  generation: z.literal('dynamic'),
  updated_at: time,
  versions: z.array(summary.extend(words.partial().shape)),
})

const ofFile = { 409: 'It is a file.' }
const example = { name: 'Welcome' }

/** What SendGrid's client asks of dynamic templates. */
export const sendGridTemplateOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v3/templates',
    summary: 'List templates: those kept here, newest first, and then files',
    needs: 'full_access',
    query: {
      generations: z.string().optional(),
      page_size: z.int().min(1).max(200).optional(),
      page_token: z.string().optional(),
    },
    answer: {
      status: 200,
      body: z.object({
        result: z.array(template),
        templates: z.array(template).meta({ description: 'The same as `result`.' }),
        _metadata: z.object({
          self: z.string(),
          next: z.string().optional(),
          count: z.int().meta({ description: 'Of this page.' }),
        }),
      }),
    },
  },
  {
    method: 'post',
    path: '/v3/templates',
    summary: 'Make a template, which has no version yet',
    needs: 'full_access',
    body: templateBody,
    example: { ...example, generation: 'dynamic' },
    answer: { status: 201, body: template },
  },
  {
    method: 'get',
    path: '/v3/templates/{id}',
    summary: 'Get a template, with what its active version says',
    needs: 'full_access',
    answer: { status: 200, body: template },
  },
  {
    method: 'post',
    path: '/v3/templates/{id}',
    summary: 'Make a template of what another says',
    needs: 'full_access',
    body: copyWish,
    example,
    answer: { status: 201, body: template },
  },
  {
    method: 'patch',
    path: '/v3/templates/{id}',
    summary: 'Rename a template',
    needs: 'full_access',
    body: templateChange,
    example,
    answer: { status: 200, body: template },
    refusals: ofFile,
  },
  {
    method: 'delete',
    path: '/v3/templates/{id}',
    summary: 'Remove a template with its versions',
    needs: 'full_access',
    answer: { status: 204 },
    refusals: ofFile,
  },
  {
    method: 'post',
    path: '/v3/templates/{id}/versions',
    summary: 'Make a version of a template; the first is active',
    needs: 'full_access',
    body: versionBody,
    example: { ...example, subject: 'Hello {{name}}', html_content: 'Hello {{name}}', active: 1 },
    answer: { status: 201, body: version },
    refusals: ofFile,
  },
  {
    method: 'get',
    path: '/v3/templates/{id}/versions/{version}',
    summary: 'Get a version of a template',
    needs: 'full_access',
    answer: { status: 200, body: version },
  },
  {
    method: 'patch',
    path: '/v3/templates/{id}/versions/{version}',
    summary: 'Change a version of a template',
    needs: 'full_access',
    body: versionChange,
    example,
    answer: { status: 200, body: version },
    refusals: ofFile,
  },
  {
    method: 'delete',
    path: '/v3/templates/{id}/versions/{version}',
    summary: 'Remove a version of a template',
    needs: 'full_access',
    answer: { status: 204 },
    refusals: ofFile,
  },
  {
    method: 'post',
    path: '/v3/templates/{id}/versions/{version}/activate',
    summary: 'Have emails made from this version',
    needs: 'full_access',
    answer: { status: 200, body: version },
    refusals: ofFile,
  },
]
