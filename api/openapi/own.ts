import * as z from 'zod'
import { mark } from '../v1/captures.ts'
import { wish as releaseWish } from '../v1/emails.ts'
import { wish as redriveWish } from '../v1/queue.ts'
import { wish as signInWish } from '../v1/session.ts'
import { candidate, change } from '../v1/settings.ts'
import { wish as previewWish } from '../v1/settings-form.ts'
import { wish as testEmailWish } from '../v1/test-email.ts'
import { wire as uploadWish } from '../v1/uploads.ts'
import type { Operation } from './operation.ts'
import {
  captureDetail,
  captureSummary,
  deadLetter,
  emailDetail,
  emailSummary,
  engine,
  fault,
  queueDepth,
  settingsView,
  state,
  verdict,
} from './own-shapes.ts'
import { id, idOnly, ownList, paging, resendPaging, time } from './shapes.ts'

const signedIn = z.object({ signed_in: z.boolean(), needed: z.boolean() })

const mailer = z.object({
  engine: z.array(engine),
  valid: z.boolean(),
  reason: z.string().optional(),
})

const health = z.object({
  status: z.enum(['ok', 'degraded']),
  mailer: mailer.partial({ engine: true }),
  queue: queueDepth.optional(),
  settings: z.object({ version: z.string(), faults: z.array(fault) }).optional(),
  postern: z.string().optional().meta({ description: 'The version of Postern.' }),
})

const finding = z.object({
  code: z.string(),
  level: z.enum(['wrong', 'risk']),
  problem: z.string(),
  cure: z.string(),
})

const redriven = z.object({
  id: z.string(),
  redriven: z.boolean(),
  email_id: id.nullable(),
  reason: z.string().nullable(),
})

const preset = z.object({
  name: z.string(),
  host: z.string(),
  port: z.int(),
  security: z.string(),
  note: z.string().optional(),
})

const settled = z.partialRecord(state, z.int())

const notPossible = { 409: 'It is not possible as things stand; the message says why.' }

const captured: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/captures',
    summary: 'List captured emails, newest first; or wait for one',
    needs: 'full_access',
    query: {
      ...paging,
      to: z.string().optional().meta({ description: 'One exact recipient address.' }),
      subject: z.string().optional().meta({ description: 'Part of the subject, in any case.' }),
      q: z.string().optional().meta({ description: 'Words of recipients, subject or text.' }),
      wait: z.number().min(0).max(20).optional().meta({
        description: 'Seconds until an empty list is answered; at once as soon as one matches.',
      }),
    },
    answer: {
      status: 200,
      body: ownList(captureSummary).extend({ total: z.int(), unread: z.int() }),
    },
  },
  {
    method: 'get',
    path: '/v1/captures/{id}',
    summary: 'Look at a captured email: headers, text, html, links, codes, attachments',
    needs: 'full_access',
    answer: { status: 200, body: captureDetail },
  },
  {
    method: 'get',
    path: '/v1/captures/{id}/raw',
    summary: 'The captured bytes',
    needs: 'full_access',
    answer: { status: 200, type: 'message/rfc822' },
  },
  {
    method: 'get',
    path: '/v1/captures/{id}/html',
    summary: 'The html part as a document in which nothing runs, for a frame',
    needs: 'full_access',
    query: { images: z.literal('remote').optional() },
    answer: { status: 200, type: 'text/html' },
  },
  {
    method: 'get',
    path: '/v1/captures/{id}/attachments/{n}',
    summary: 'The bytes of an attachment, counted from 0',
    needs: 'full_access',
    answer: { status: 200, type: 'application/octet-stream' },
  },
  {
    method: 'post',
    path: '/v1/captures/{id}/seen',
    summary: 'Mark a captured email as read or unread',
    needs: 'full_access',
    body: mark,
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

const emails: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/emails',
    summary: 'List emails with the truth about each, newest first',
    needs: 'full_access',
    query: {
      ...resendPaging,
      status: state.optional(),
      q: z.string().optional().meta({ description: 'An exact recipient address, or an id.' }),
    },
    answer: { status: 200, body: ownList(emailSummary) },
  },
  {
    method: 'get',
    path: '/v1/emails/{id}',
    summary: 'Everything that is known of an email: recipients, attempts, timeline',
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
    summary: 'Really send a captured email, to one recipient, as a new email',
    needs: 'full_access',
    body: releaseWish,
    example: { to: 'you@example.com', engine: 'smtp' },
    answer: { status: 200, body: idOnly },
    refusals: notPossible,
  },
  {
    method: 'get',
    path: '/v1/queue',
    summary: 'How much waits',
    needs: 'full_access',
    answer: { status: 200, body: queueDepth },
  },
  {
    method: 'get',
    path: '/v1/dead-letters',
    summary: 'List what was given up, newest first',
    needs: 'full_access',
    query: paging,
    answer: { status: 200, body: ownList(deadLetter) },
  },
  {
    method: 'post',
    path: '/v1/dead-letters/{id}/redrive',
    anyId: true,
    summary: 'Try again what was given up',
    needs: 'full_access',
    answer: { status: 200, body: emailDetail },
    refusals: notPossible,
  },
  {
    method: 'post',
    path: '/v1/dead-letters/redrive',
    summary: 'Try again all that was given up, or what is named, page by page',
    needs: 'full_access',
    body: redriveWish,
    example: {},
    answer: { status: 200, body: ownList(redriven) },
  },
  {
    method: 'delete',
    path: '/v1/dead-letters/{id}',
    anyId: true,
    summary: 'Forget what was given up; its email stays failed',
    needs: 'full_access',
    answer: { status: 200, body: z.object({ id: z.string(), deleted: z.literal(true) }) },
  },
]

const settings: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/settings',
    summary: 'The settings in force, and where each comes from',
    needs: 'full_access',
    answer: { status: 200, body: settingsView },
  },
  {
    method: 'put',
    path: '/v1/settings',
    summary: 'Save settings and secrets, if an engine would take mail with them',
    needs: 'full_access',
    body: change,
    answer: { status: 200, body: settingsView },
    refusals: { 409: 'Somebody else saved meanwhile; `version` is the current one.' },
  },
  {
    method: 'post',
    path: '/v1/settings/verify',
    summary: 'Ask the engines whether they would take mail, with other settings too',
    needs: 'full_access',
    body: candidate,
    example: {},
    answer: { status: 200, body: verdict },
  },
  {
    method: 'get',
    path: '/v1/settings/schema',
    summary: 'What there is to set, as JSON Schema, for a form',
    needs: 'full_access',
    answer: {
      status: 200,
      body: z.object({
        schema: z.record(z.string(), z.unknown()),
        secrets: z.array(z.object({ name: z.string(), engine: engine.nullable() })),
        presets: z.array(preset),
        engines: z.array(engine),
      }),
    },
  },
  {
    method: 'post',
    path: '/v1/settings/preview',
    summary: 'Who would stand in From, Sender, Reply-To and the envelope',
    needs: 'full_access',
    body: previewWish,
    example: { from: 'Ann <ann@example.com>' },
    answer: {
      status: 200,
      body: z.object({
        headers: z.array(z.object({ name: z.string(), value: z.string() })),
        envelope: z.object({ from: z.string() }),
      }),
    },
  },
  {
    method: 'post',
    path: '/v1/test-email',
    summary: 'Send an email through everything, and tell what became of it',
    needs: 'full_access',
    body: testEmailWish,
    example: { to: 'you@example.com' },
    answer: { status: 200, body: emailDetail.extend({ reason: z.string().nullable() }) },
  },
]

const uploads: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/uploads',
    summary: 'Announce a large attachment, and be told where to PUT its bytes',
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
    summary: 'Upload the bytes that were announced, by the link that was given',
    needs: 'nothing',
    takes: 'application/octet-stream',
    answer: { status: 200, body: z.object({ id, size: z.int() }) },
    refusals: { 403: 'The link has expired or is not whole.', 413: 'It is too large.' },
  },
]

const rest: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/health',
    summary: 'Whether mail works; without a key of full access only yes or no',
    needs: 'nothing',
    answer: { status: 200, body: health },
  },
  {
    method: 'get',
    path: '/v1/stats',
    summary: 'How many emails settled, and how, hour by hour',
    needs: 'full_access',
    query: {
      hours: z.int().min(1).max(720).optional().meta({ description: '24 unless given.' }),
    },
    answer: {
      status: 200,
      body: z.object({
        hours: z.array(z.object({ at: time, settled })),
        totals: settled,
      }),
    },
  },
  {
    method: 'get',
    path: '/v1/doctor',
    summary: 'What is wrong here, with the cure for each',
    needs: 'full_access',
    answer: {
      status: 200,
      body: z.object({
        findings: z.array(finding),
        domain: z.string().nullable(),
        dkim_selector: z.string().nullable(),
        now: time,
      }),
    },
  },
  {
    method: 'get',
    path: '/v1/session',
    summary: 'Whether this browser is signed in, and whether it need be',
    needs: 'nothing',
    answer: { status: 200, body: signedIn },
  },
  {
    method: 'post',
    path: '/v1/session',
    summary: 'Sign in with a key of full access; a cookie stands for it from then on',
    needs: 'nothing',
    body: signInWish,
    answer: { status: 200, body: signedIn },
    refusals: {
      401: 'The key may only send.',
      403: 'The key is not known.',
      429: 'Too many tries.',
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
    summary: 'This document',
    needs: 'nothing',
    answer: { status: 200, body: z.record(z.string(), z.unknown()) },
  },
]

/** What the console, the command line and end-to-end tests ask for. */
export const ownOperations = [...captured, ...emails, ...settings, ...uploads, ...rest]
