import * as z from 'zod'
import { settingsCandidate, settingsChange } from '../v1/settings.ts'
import { previewWish } from '../v1/settings-form.ts'
import { testEmailWish } from '../v1/test-email.ts'
import type { Operation } from './operation.ts'
import { testEmail } from './own-shapes.ts'
import { settingsSchema, settingsView, verdict } from './settings-shapes.ts'

/** The settings: what is in force, trying others, saving them. */
export const settingsOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/settings',
    summary: 'Get the settings in force, and where each comes from',
    needs: 'full_access',
    forAll: true,
    answer: { status: 200, body: settingsView },
  },
  {
    method: 'put',
    path: '/v1/settings',
    summary: 'Save settings and secrets, if the engines would take mail with them',
    needs: 'full_access',
    forAll: true,
    body: settingsChange,
    answer: { status: 200, body: settingsView },
    refusals: { 409: 'Someone else saved in the meantime; `version` is the current one.' },
  },
  {
    method: 'post',
    path: '/v1/settings/verify',
    summary: 'Ask the engines whether they would take mail, optionally with other settings',
    needs: 'full_access',
    forAll: true,
    body: settingsCandidate,
    example: {},
    answer: { status: 200, body: verdict },
  },
  {
    method: 'get',
    path: '/v1/settings/schema',
    summary: 'Get the schema of the settings (JSON Schema), for a form',
    needs: 'full_access',
    forAll: true,
    answer: { status: 200, body: settingsSchema },
  },
  {
    method: 'post',
    path: '/v1/settings/preview',
    summary: 'Get who would stand in From, Sender, Reply-To and the envelope',
    needs: 'full_access',
    forAll: true,
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
    summary: 'Send a test email through everything, and get what became of it',
    needs: 'full_access',
    body: testEmailWish,
    example: { to: 'you@example.com' },
    answer: { status: 200, body: testEmail },
  },
]
