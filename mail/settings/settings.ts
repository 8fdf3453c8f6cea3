import * as z from 'zod'
import { addressField } from '../email/checks.ts'
import { onAmbiguousChoices } from '../email/email.ts'
import { type EngineName, engineNames, sends } from '../email/engine-name.ts'
import { dkim } from './dkim.ts'
import { feedback } from './feedback.ts'
import { guardian } from './guardian.ts'
import { displayName, headers, recipientPattern, senderDomain } from './fields.ts'
import { overlay, type SettingsFault, type SettingsLayers } from './layers.ts'
import { foreignDomains, projects } from './projects.ts'
import { practice } from './practice.ts'
import { providers } from './providers.ts'
import { retention } from './retention.ts'
import { smtp } from './smtp.ts'
import { streams } from './streams.ts'
import { unsubscribe } from './unsubscribe.ts'

const engine = z.enum(engineNames)

const shape = z.strictObject({
  engine: z
    .union([engine, z.array(engine).min(1).max(5)], `one of ${engineNames.join(', ')}`)
    .refine(isSendingList, 'a list names engines that send, each once')
    .default('noop')
    .describe(
      'How email leaves. `noop` captures instead of sending; `disabled` refuses new email; a list is tried in order.',
    ),
  from: z
    .strictObject({
      address: addressField.nullable().default(null).describe('The default sender address.'),
      name: displayName.nullable().default(null).describe('The default sender name.'),
    })
    .prefault({})
    .describe('The default identity: who stands in From when the caller names no sender.'),
  fromPolicy: z
    .enum(['caller', 'onBehalf', 'default'])
    .default('caller')
    .describe(
      'Who stands in From, Sender and the envelope: the caller; the caller with the default identity as Sender and envelope; or the default identity alone, with the caller in Reply-To.',
    ),
  senderDomains: z
    .array(senderDomain)
    .max(1_000)
    .refine((names) => new Set(names).size === names.length, 'each domain once')
    .nullable()
    .default(null)
    .describe(
      'The domains that may stand in From, also listed and changed at `/domains`. `null`: any; an empty list: none.',
    ),
  projects,
  localDomain: senderDomain
    .nullable()
    .default(null)
    .describe(
      'Where addresses of one machine belong: `root@web1` and `webmaster@localhost` become addresses at this domain when they are sent; captured they stay as they are. `null`: they are refused.',
    ),
  replyTo: addressField
    .nullable()
    .default(null)
    .describe('Reply-To of every email without one of its own.'),
  headers: headers
    .default({})
    .describe('Header fields added to every email that does not set them.'),
  keepContentDays: z
    .number()
    .min(0)
    .max(365)
    .default(0)
    .describe('Days to keep html, text and attachments after a successful hand-off.'),
  retention,
  attachments: z
    .strictObject({
      fetchUrls: z
        .boolean()
        .default(false)
        .describe('Fetch attachments that an email names by a URL (`path`).'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      requestsPerSecond: z
        .number()
        .int()
        .min(1)
        .max(100_000)
        .default(10_000)
        .describe('Most requests per second with one API key.'),
    })
    .prefault({}),
  noop: z
    .strictObject({
      mode: z
        .enum(['capture', 'discard'])
        .default('capture')
        .describe('Keep the email to look at, or drop it with a record.'),
    })
    .prefault({}),
  practice,
  smtp,
  dkim,
  ...providers,
  feedback,
  delivery: z
    .strictObject({
      ratePerSecond: z
        .number()
        .positive()
        .max(100_000)
        .nullable()
        .default(null)
        .describe('Most recipients per second; `null`: no limit, or the rate of the SES account.'),
      giveUpAfterHours: z
        .number()
        .positive()
        .max(72)
        .default(24)
        .describe('Hours after which a deferred email fails.'),
      onAmbiguous: z
        .enum(onAmbiguousChoices)
        .default('retry')
        .describe(
          'When it is impossible to know whether a server took an email: send it again, at the risk of a second copy, or hold it for a person.',
        ),
    })
    .prefault({}),
  streams,
  guardian,
  unsubscribe,
  safety: z
    .strictObject({
      allow: z
        .array(recipientPattern)
        .max(1_000)
        .nullable()
        .default(null)
        .describe(
          'Only these get real mail: addresses, `@example.com`, `@*.example.com`. `null`: everyone; an empty list: no one.',
        ),
      otherwise: z
        .enum(['capture', 'redirect', 'drop'])
        .default('capture')
        .describe('What becomes of mail to everyone else.'),
      redirectTo: addressField.nullable().default(null).describe('Where redirected mail goes.'),
    })
    .prefault({})
    .refine((safety) => safety.otherwise !== 'redirect' || safety.redirectTo !== null, {
      path: ['redirectTo'],
      message: 'an address is needed when otherwise is "redirect"',
    }),
  secrets: z
    .record(z.string(), z.number().int().positive())
    .default({})
    .describe('Which version of each secret is active. Written by Postern when a secret is saved.'),
})

export const settingsSchema = shape
  .refine(({ fromPolicy, from }) => fromPolicy === 'caller' || from.address !== null, {
    path: ['from', 'address'],
    message: 'this fromPolicy needs a default sender address',
  })
  .superRefine((settings, context) => {
    for (const fault of foreignDomains(settings)) context.addIssue({ code: 'custom', ...fault })
  })

export type Settings = z.output<typeof settingsSchema>

function isSendingList(value: EngineName | EngineName[]): boolean {
  if (!Array.isArray(value)) return true
  return value.every(sends) && new Set(value).size === value.length
}

/** The engines in the order in which they are tried. */
export function enginesOf(settings: Settings): readonly EngineName[] {
  return Array.isArray(settings.engine) ? settings.engine : [settings.engine]
}

/** The settings that come of the layers, or every fault in them. */
export function resolveSettings(
  layers: SettingsLayers,
): { settings: Settings } | { faults: SettingsFault[] } {
  const merged = [layers.defaults, layers.saved, layers.locks].reduce(overlay, {})
  // Read when they have changed: to compile the schema takes longer than a start has.
  const parsed = settingsSchema.safeParse(merged, { jitless: true })
  return parsed.success ? { settings: parsed.data } : { faults: faultsOf(parsed.error) }
}

/** What is said of a setting that this version does not know. */
export const unknownSetting = 'unknown setting'

function faultsOf(error: z.ZodError): SettingsFault[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), rule: unknownSetting }))
      : [{ path: issue.path.join('.') || '(document)', rule: issue.message }],
  )
}
