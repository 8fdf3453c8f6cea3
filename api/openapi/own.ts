import * as z from 'zod'
import { backupType } from '../v1/backup.ts'
import { signInWish } from '../v1/session.ts'
import { uploadWish } from '../v1/uploads.ts'
import type { Operation } from './operation.ts'
import { auditOperations } from './own-audit.ts'
import { captureOperations } from './own-captures.ts'
import { erasureOperations } from './own-erasures.ts'
import { eventOperations } from './own-events.ts'
import { feedbackOperations } from './own-feedback.ts'
import { emailOperations } from './own-emails.ts'
import { settingsOperations } from './own-settings.ts'
import { examined, health, projectItem, signedIn, stats } from './state-shapes.ts'
import { id, ownList, time } from './shapes.ts'
import { suppressionOperations } from './own-suppressions.ts'
import { templateOperations } from './own-templates.ts'
import { webhookOperations } from './own-webhooks.ts'

const uploads: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/uploads',
    summary: 'Announce a large attachment, and get the URL to PUT its bytes at',
    needs: 'sending_access',
    body: uploadWish,
    example: { size: 1, filename: 'a.txt', content_type: 'text/plain' },
    answer: {
      status: 201,
      body: z.object({
        id,
        url: z.url().meta({ description: 'Needs no key; good until it expires.' }),
        headers: z.record(z.string(), z.string()),
        expires_at: time,
      }),
    },
  },
  {
    method: 'put',
    path: '/v1/uploads/{id}',
    anyId: true,
    summary: 'Upload the announced bytes, at the link from the announcement',
    needs: 'nothing',
    takes: 'application/octet-stream',
    answer: { status: 200, body: z.object({ id, size: z.int() }) },
    refusals: { 403: 'The link has expired or is incomplete.', 413: 'It is too large.' },
  },
]

const rest: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/health',
    summary: 'Get whether mail works; without a full-access key only yes or no',
    needs: 'nothing',
    answer: { status: 200, body: health },
  },
  {
    method: 'get',
    path: '/v1/projects',
    summary: 'List the projects, and what each has of its own',
    needs: 'full_access',
    query: {
      counts: z
        .enum(['1'])
        .optional()
        .meta({ description: 'Says what each has waiting and settled.' }),
    },
    answer: { status: 200, body: ownList(projectItem) },
  },
  {
    method: 'get',
    path: '/v1/stats',
    summary: 'Get how many emails settled, and how, hour by hour',
    needs: 'full_access',
    query: {
      hours: z.int().min(1).max(720).optional().meta({ description: '24 unless given.' }),
    },
    answer: {
      status: 200,
      body: stats,
    },
  },
  {
    method: 'get',
    path: '/v1/doctor',
    summary: 'Get what is wrong, with a fix for each',
    needs: 'full_access',
    forAll: true,
    answer: {
      status: 200,
      body: examined,
    },
  },
  {
    method: 'get',
    path: '/v1/backup',
    summary: 'Get a copy of all that one machine keeps, but for secrets, as an SQLite database',
    needs: 'full_access',
    forAll: true,
    answer: { status: 200, type: backupType },
    refusals: { 409: 'Another is being taken, or this Postern runs in AWS.' },
  },
  {
    method: 'get',
    path: '/v1/session',
    summary: 'Get whether this browser is signed in, and whether it has to be',
    needs: 'nothing',
    answer: { status: 200, body: signedIn },
  },
  {
    method: 'post',
    path: '/v1/session',
    summary: 'Sign in with a full-access key; a cookie and the answer represent it together',
    needs: 'nothing',
    body: signInWish,
    answer: { status: 200, body: signedIn },
    refusals: {
      401: 'The key may only send.',
      403: 'The key is unknown.',
      429: 'Too many attempts.',
    },
  },
  {
    method: 'delete',
    path: '/v1/session',
    summary: 'Sign out',
    needs: 'nothing',
    answer: { status: 200, body: signedIn },
  },
  {
    method: 'get',
    path: '/v1/openapi.json',
    summary: 'Get this document',
    needs: 'nothing',
    answer: { status: 200, body: z.record(z.string(), z.unknown()) },
  },
]

/** What the console, the command line and end-to-end tests ask for. */
export const ownOperations = [
  ...captureOperations,
  ...emailOperations,
  ...settingsOperations,
  ...eventOperations,
  ...auditOperations,
  ...erasureOperations,
  ...suppressionOperations,
  ...templateOperations,
  ...webhookOperations,
  ...feedbackOperations,
  ...uploads,
  ...rest,
]
