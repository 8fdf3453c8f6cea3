import * as z from 'zod'
import { previewQuery } from '../v1/template-html.ts'
import { previewWish, templateBody, templateChange, validateWish } from '../v1/template-body.ts'
import { duplicateWish, publishWish, restoreWish } from '../v1/templates.ts'
import type { Operation } from './operation.ts'
import { id, ownList, paging } from './shapes.ts'
import {
  templateDetail,
  templatePreview,
  templateSummary,
  templateVersion,
} from './template-shapes.ts'

const contents = {
  variables: [{ key: 'name', type: 'string' }],
  samples: { name: 'Ann' },
  locales: { en: { subject: 'Hello {{name}}', html: '<p>Hello {{name}}</p>' } },
}

const changes = {
  409: 'It is a file, or another writer has changed it.',
}

/** Templates by id or by alias, with all that Resend's API of them does not have. */
export const templateOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/templates',
    summary: 'List templates: those kept here, newest first, and then files',
    needs: 'full_access',
    query: { ...paging, before: id.optional() },
    answer: { status: 200, body: ownList(templateSummary) },
  },
  {
    method: 'post',
    path: '/v1/templates',
    summary: 'Make a template: a draft, until it is published',
    needs: 'full_access',
    body: templateBody,
    example: { name: 'Welcome', alias: 'welcome', ...contents },
    answer: { status: 201, body: templateSummary },
  },
  {
    method: 'post',
    path: '/v1/templates/validate',
    summary: 'Render texts that are kept nowhere, or get what is wrong with them',
    needs: 'full_access',
    body: validateWish,
    example: { template: contents },
    answer: { status: 200, body: templatePreview },
  },
  {
    method: 'get',
    path: '/v1/templates/{id}',
    anyId: true,
    summary: 'Get a template with its draft, or with one of its versions',
    needs: 'full_access',
    query: { version: z.string().optional() },
    answer: { status: 200, body: templateDetail },
    refusals: { 404: 'Not found.' },
  },
  {
    method: 'patch',
    path: '/v1/templates/{id}',
    summary: 'Change the draft; what is published stays as it is',
    needs: 'full_access',
    body: templateChange,
    example: { revision: 1, name: 'Hello' },
    answer: { status: 200, body: templateSummary },
    refusals: changes,
  },
  {
    method: 'delete',
    path: '/v1/templates/{id}',
    anyId: true,
    summary: 'Remove a template with its versions; emails made from it stay',
    needs: 'full_access',
    answer: { status: 200, body: z.object({ id, deleted: z.literal(true) }) },
    refusals: { 404: 'Not found.', ...changes },
  },
  {
    method: 'post',
    path: '/v1/templates/{id}/publish',
    summary: 'Make the draft a version, and the one that emails are made from',
    needs: 'full_access',
    body: publishWish,
    example: {},
    answer: { status: 200, body: templateSummary },
    refusals: changes,
  },
  {
    method: 'post',
    path: '/v1/templates/{id}/restore',
    summary: 'Make an older version the draft',
    needs: 'full_access',
    body: restoreWish,
    example: { version: 1 },
    answer: { status: 200, body: templateSummary },
    refusals: changes,
  },
  {
    method: 'post',
    path: '/v1/templates/{id}/duplicate',
    summary: 'Make a template of what another says; of a file, too',
    needs: 'full_access',
    body: duplicateWish,
    example: { alias: 'another' },
    answer: { status: 201, body: templateSummary },
  },
  {
    method: 'get',
    path: '/v1/templates/{id}/versions',
    summary: 'List the versions of a template, newest first',
    needs: 'full_access',
    query: { ...paging, before: id.optional() },
    answer: { status: 200, body: ownList(templateVersion) },
  },
  {
    method: 'post',
    path: '/v1/templates/{id}/preview',
    summary: 'Render a template with its samples, or get why an email would be refused',
    needs: 'full_access',
    body: previewWish,
    example: {},
    answer: { status: 200, body: templatePreview },
    refusals: { 409: 'It says nothing yet.' },
  },
  {
    method: 'get',
    path: '/v1/templates/{id}/preview/html',
    summary: 'The html of a preview, as a document in which nothing runs, to show in a frame',
    needs: 'full_access',
    query: { ...previewQuery, images: z.literal('remote').optional() },
    answer: { status: 200, type: 'text/html' },
    refusals: { 409: 'It says nothing yet.' },
  },
]
