import * as z from 'zod'
import { checkName, parseAddress } from '../email/address.ts'
import { onAmbiguousChoices } from '../email/email.ts'
import { type EngineName, engineNames } from '../email/engine-name.ts'
import { addressField, readDomain, reader, rule } from '../email/checks.ts'
import { checkHeader, checkText } from '../email/headers.ts'
import { overlay, type SettingsFault, type SettingsLayers } from './layers.ts'
import { presetFaults, tokenGrants } from './smtp-presets.ts'

const engine = z.enum(engineNames)

const line = z.string().superRefine(rule(checkText))

const displayName = z.string().superRefine(rule(checkName))

/** RFC 1123 host name or an IP address: nothing that could end a line of SMTP. */
const host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9.:_-]*$/, 'a host name or an IP address')

/** Where a secret is sent: never in the clear. */
const httpsUrl = z
  .string()
  .max(2_048)
  .regex(/^https:\/\/[^\s/?#@]+(\/\S*)?$/i, 'an https URL')
  .refine((url) => URL.canParse(url), 'an https URL')

const domainName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'a name of the DNS in lower case',
  )

const headers = z.record(z.string(), z.string()).superRefine((fields, context) => {
  for (const [name, value] of Object.entries(fields)) {
    const fault = checkHeader(name, value)
    if (fault) context.addIssue({ code: 'custom', path: [name], message: fault })
  }
})

/** In the spelling in which the domain of every From is compared with it. */
export const senderDomain = z
  .string()
  .transform(reader(readDomain))
  .transform(({ domain }) => domain)

/** An address, or a whole domain as `@example.com` or `@*.example.com`. */
const recipientPattern = z
  .string()
  .transform(reader(readPattern))
  .transform(({ pattern }) => pattern)

function readPattern(text: string): { pattern: string } | { fault: string } {
  const [prefix] = /^@(\*\.)?/.exec(text) ?? []
  const read = prefix ? readDomain(text.slice(prefix.length)) : parseAddress(text)
  if ('fault' in read) return read
  return { pattern: 'domain' in read ? `${prefix}${read.domain}` : read.address }
}

const shape = z.strictObject({
  engine: z
    .union([engine, z.array(engine).min(1).max(5)])
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
  smtp: z
    .strictObject({
      preset: z
        .string()
        .max(60)
        .nullable()
        .default(null)
        .describe('A provider by name, which sets host, port and security.'),
      host: host.default('').describe('The server to hand email to.'),
      port: z.number().int().min(1).max(65_535).default(587).describe('Its port.'),
      security: z
        .enum(['tls', 'starttls', 'opportunistic', 'none'])
        .default('starttls')
        .describe(
          'TLS from the first byte; STARTTLS required; STARTTLS when offered; or never encrypted.',
        ),
      username: line
        .max(320)
        .nullable()
        .default(null)
        .describe('The user name to log in with; `null`: no login.'),
      auth: z
        .enum(['password', 'oauth2'])
        .default('password')
        .describe(
          'Log in with a password, or with access tokens (OAuth 2.0) that Postern fetches and renews.',
        ),
      oauth2: z
        .strictObject({
          grant: z
            .enum(tokenGrants)
            .default('refreshToken')
            .describe(
              'How tokens are come by: for a refresh token that a person consented to; for a client secret (Microsoft 365); or for the key of a service account (Google Workspace).',
            ),
          tokenEndpoint: httpsUrl
            .nullable()
            .default(null)
            .describe('Where access tokens come from; `null`: as the preset knows it.'),
          tenant: line
            .regex(/^[A-Za-z0-9.-]{1,253}$/, 'a directory id or a domain')
            .nullable()
            .default(null)
            .describe('The directory (tenant) of Microsoft 365: its id or its domain.'),
          clientId: line
            .min(1)
            .max(320)
            .nullable()
            .default(null)
            .describe(
              'The id of the application; of a service account its email address, or `null` when its key is the whole JSON file.',
            ),
          scope: line
            .min(1)
            .max(1_000)
            .nullable()
            .default(null)
            .describe('What the tokens are for; `null`: as the preset knows it.'),
        })
        .prefault({}),
      verifyCertificate: z
        .boolean()
        .default(true)
        .describe('Refuse a server whose certificate is not valid for its name.'),
      ca: z
        .string()
        .max(65_536)
        .nullable()
        .default(null)
        .describe('Certificates of a private CA, PEM; added to the well-known ones.'),
      heloName: host
        .min(1)
        .nullable()
        .default(null)
        .describe('The name given in EHLO; `null`: the name of this machine.'),
    })
    .prefault({})
    .superRefine((smtp, context) => {
      for (const { path, rule } of presetFaults(smtp))
        context.addIssue({ code: 'custom', path: [path], message: rule })
    }),
  dkim: z
    .strictObject({
      domain: domainName
        .nullable()
        .default(null)
        .describe(
          'The domain that signs (DKIM) what leaves by smtp or sendmail; `null`: unsigned.',
        ),
      selector: domainName
        .nullable()
        .default(null)
        .describe('Where its public key is in the DNS: <selector>._domainkey.<domain>.'),
    })
    .prefault({})
    .refine(({ domain, selector }) => (domain === null) === (selector === null), {
      path: ['selector'],
      message: 'domain and selector are set together',
    }),
  sendgrid: z
    .strictObject({
      region: z
        .enum(['global', 'eu'])
        .default('global')
        .describe('Where the account of the key is: `eu` for one of an EU subuser.'),
      sandbox: z.boolean().default(false).describe('SendGrid checks the email and sends nothing.'),
    })
    .prefault({}),
  postmark: z
    .strictObject({
      messageStream: z
        .string()
        .regex(/^[a-z0-9][a-z0-9_-]{0,29}$/, 'the ID of a message stream')
        .nullable()
        .default(null)
        .describe('The message stream to send with; `null`: the transactional one of the server.'),
    })
    .prefault({}),
  mailgun: z
    .strictObject({
      domain: domainName
        .nullable()
        .default(null)
        .describe('The sending domain, as Mailgun lists it.'),
      region: z.enum(['us', 'eu']).default('us').describe('Where Mailgun keeps that domain.'),
    })
    .prefault({}),
  ses: z
    .strictObject({
      configurationSet: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/)
        .nullable()
        .default(null)
        .describe('The SES configuration set to send with.'),
    })
    .prefault({}),
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

export const settingsSchema = shape.refine(
  ({ fromPolicy, from }) => fromPolicy === 'caller' || from.address !== null,
  { path: ['from', 'address'], message: 'this fromPolicy needs a default sender address' },
)

export type Settings = z.output<typeof settingsSchema>

function isSendingList(value: string | string[]): boolean {
  if (!Array.isArray(value)) return true
  const sending = value.every((name) => name !== 'noop' && name !== 'disabled')
  return sending && new Set(value).size === value.length
}

/** The secrets that exist, by the name used in `secrets` and on the command line. */
export const secretNames = [
  'smtp.password',
  'smtp.oauth2.clientSecret',
  'smtp.oauth2.refreshToken',
  'smtp.oauth2.privateKey',
  'sendgrid.apiKey',
  'resend.apiKey',
  'postmark.serverToken',
  'mailgun.apiKey',
  'dkim.privateKey',
] as const

export type SecretName = (typeof secretNames)[number]

/** The engines in the order in which they are tried. */
export function enginesOf(settings: Settings): readonly EngineName[] {
  return Array.isArray(settings.engine) ? settings.engine : [settings.engine]
}

/** The settings that come of the layers, or every fault in them. */
export function resolveSettings(
  layers: SettingsLayers,
): { settings: Settings } | { faults: SettingsFault[] } {
  const merged = [layers.defaults, layers.saved, layers.locks].reduce(overlay, {})
  const parsed = settingsSchema.safeParse(merged)
  return parsed.success ? { settings: parsed.data } : { faults: faultsOf(parsed.error) }
}

function faultsOf(error: z.ZodError): SettingsFault[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), rule: 'unknown setting' }))
      : [{ path: issue.path.join('.') || '(document)', rule: issue.message }],
  )
}
