import * as z from 'zod'
import { variableTypes } from '../../mail/template/variables.ts'
import { id, time } from './shapes.ts'

/* What the answers about templates are made of. */

const version = z
  .string()
  .meta({ description: 'A number that counts up; of a file the hash of what it says.' })

export const templateSummary = z.object({
  id,
  project: z.string().nullable().meta({ description: 'null for a file: every project has it.' }),
  alias: z.string().nullable(),
  name: z.string().meta({ description: 'For people.' }),
  source: z.enum(['api', 'file']).meta({ description: 'A file cannot be changed here.' }),
  status: z.enum(['draft', 'published']),
  revision: z.int().meta({ description: 'Every change adds one.' }),
  version: version.nullable().meta({ description: 'That emails are made from.' }),
  has_unpublished: z.boolean().meta({ description: 'The draft is not what emails are made from.' }),
  default_locale: z.string().nullable(),
  locales: z.array(z.string()),
  created_at: time.nullable().meta({ description: 'null for a file.' }),
  updated_at: time.nullable(),
  published_at: time.nullable(),
})

const variable = z.object({
  key: z.string(),
  type: z.enum(variableTypes),
  required: z.boolean().optional(),
  fallback: z.unknown().optional(),
})

const shared = z.object({ html: z.string().optional(), text: z.string().optional() })

const texts = shared.extend({ subject: z.string().optional() })

/** As `POST /v1/templates` takes them. */
export const templateContents = z.object({
  default_locale: z.string(),
  from: z.string().nullable(),
  reply_to: z.array(z.string()).nullable(),
  layout: shared.extend({ name: z.string().optional() }).nullable(),
  partials: z.record(z.string(), shared),
  messages: z.record(
    z.string(),
    z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
  ),
  inline_css: z.boolean().meta({ description: 'Whether emails have styles in style attributes.' }),
  variables: z.array(variable),
  samples: z.record(z.string(), z.unknown()),
  locales: z.record(z.string(), texts),
})

export const templateDetail = templateSummary.extend({
  contents: templateContents
    .nullable()
    .meta({ description: 'Of the draft, or of the version that was asked for.' }),
})

export const templateVersion = z.object({
  version,
  id,
  name: z.string(),
  is_current: z.boolean().meta({ description: 'Emails are made from it.' }),
  default_locale: z.string(),
  locales: z.array(z.string()),
  created_at: time.nullable(),
})

const fault = z.object({
  path: z.string().meta({ description: '`variables.name`, `locales.de.html`, or a file.' }),
  line: z.int(),
  rule: z.string(),
})

export const templatePreview = z.object({
  locale: z.string().meta({ description: 'That was found for the one wanted.' }),
  subject: z.string().nullable(),
  html: z.string().nullable(),
  text: z.string().nullable().meta({ description: 'Made from the html where it has none.' }),
  faults: z
    .array(fault)
    .meta({ description: 'Why an email would be refused; then there are no texts.' }),
  warnings: z
    .array(fault)
    .meta({ description: 'What its writer should know: emails are sent all the same.' }),
})
