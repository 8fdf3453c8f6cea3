import { Hono } from 'hono'
import * as z from 'zod'
import { previewIdentity } from '../../mail/configure/identity-preview.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { engineNames, sends, type EngineName } from '../../mail/email/engine-name.ts'
import { engineWords } from '../../mail/settings/engine-words.ts'
import { secretNames } from '../../mail/settings/secret-names.ts'
import { settingsJsonSchema } from '../../mail/settings/json-schema.ts'
import { listPresets } from '../../mail/settings/smtp-presets.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readJsonObject } from '../http/body.ts'
import { invalid } from '../http/errors.ts'
import { mailboxField } from '../../mail/email/checks.ts'
import type { SettingsSchema } from '../openapi/answers.ts'
import { readBody } from './refusals.ts'

/** What a form for the settings needs: what there is to set, and what the From policy does. */
export function v1SettingsForm(postern: Postern): Hono<ApiEnv> {
  // The same as long as the process runs; made when first asked for.
  let view: SettingsSchema | undefined
  return new Hono<ApiEnv>()
    .get('/settings/schema', (c) => c.json((view ??= schemaView())))
    .post('/settings/preview', async (c) => {
      const { settings, ...email } = readBody(previewWish, await readJsonObject(c.req.raw))
      const preview = await previewIdentity(postern, settings, email)
      if (preview.kind === 'invalid') throw invalid(preview.faults)
      return c.json({ headers: preview.headers, envelope: { from: preview.envelopeFrom } })
    })
}

function schemaView(): SettingsSchema {
  return {
    schema: settingsJsonSchema(),
    secrets: secretNames.map((name) => ({ name, engine: engineOf(name) })),
    presets: listPresets().map(({ name, host, port, security, credentials: note }) => {
      return { name, host, port, security, note }
    }),
    engines: (Object.keys(engineWords) as EngineName[]).map(engineView),
  }
}

function engineView(name: EngineName): SettingsSchema['engines'][number] {
  const { label, description, signs = false } = engineWords[name]
  return { name, label, description, sends: sends(name), signs }
}

/** The engine that a secret is for; null: it serves several. */
function engineOf(secret: string): EngineName | null {
  return engineNames.find((engine) => secret.startsWith(`${engine}.`)) ?? null
}

export const previewWish = z.object({
  settings: z.record(z.string(), z.unknown()).optional(),
  from: mailboxField.optional(),
  replyTo: z
    .union([mailboxField.transform((one) => [one]), z.array(mailboxField).max(50)])
    .default([]),
})
