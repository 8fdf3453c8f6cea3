import * as z from 'zod'
import { host, httpsUrl, line } from './fields.ts'
import { serverTrust } from './server-trust.ts'
import { presetFaults, tokenGrants } from './smtp-presets.ts'

/** The server that the engine `smtp` hands email to. */
export const smtp = z
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
    ...serverTrust,
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
  })
