import * as z from 'zod'
import { engine, fault, quota } from './own-shapes.ts'
import { time } from './shapes.ts'

const engineVerdict = z.object({
  valid: z.boolean(),
  reason: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  quota: quota.optional(),
})

export const verdict = z.object({
  current: z.boolean().meta({ description: 'For exactly the settings in force.' }),
  at: time,
  engines: z.record(z.string(), engineVerdict),
})

const settingsDocument = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As `GET /v1/settings/schema` describes it.' })

export const settingsView = z.object({
  settings: settingsDocument,
  saved: settingsDocument,
  version: z.string(),
  saved_at: time.nullable(),
  since: time,
  defaults: settingsDocument,
  locks: settingsDocument,
  secrets: z
    .record(z.string(), z.int())
    .meta({ description: 'Their versions, never their values.' }),
  faults: z.array(fault),
  verdict: verdict.nullable(),
})

const preset = z.object({
  name: z.string(),
  host: z.string(),
  port: z.int(),
  security: z.string(),
  note: z.string().optional(),
})

const engineInForm = z.object({
  name: engine,
  label: z.string().meta({ description: 'Its name as its maker writes it.' }),
  description: z.string().meta({ description: 'What it does or needs, in one sentence.' }),
  sends: z.boolean().meta({ description: 'Whether its email leaves.' }),
  signs: z.boolean().meta({ description: 'Whether Postern signs its email with DKIM.' }),
})

export const settingsSchema = z.object({
  schema: z.record(z.string(), z.unknown()),
  secrets: z.array(z.object({ name: z.string(), engine: engine.nullable() })),
  presets: z.array(preset),
  engines: z.array(engineInForm).meta({ description: 'In the order of a form.' }),
})
