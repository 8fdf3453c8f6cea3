import type { SettingsFault } from './layers.ts'

/** Where an SMTP server listens, and how the connection is secured. */
interface SmtpPlace {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'opportunistic' | 'none'
}

/** What the settings say of the server: by a preset, or by itself. */
interface PresetChoice extends SmtpPlace {
  readonly preset: string | null
}

/** The ways to come by an access token. */
export const tokenGrants = ['refreshToken', 'clientCredentials', 'serviceAccount'] as const

export type TokenGrant = (typeof tokenGrants)[number]

/** A mail provider that takes email over SMTP. */
interface Preset extends SmtpPlace {
  /** What it takes as user name and password, and where an administrator finds them. */
  readonly credentials: string
  /** Where its access tokens come from, and what they have to be for, by the way of getting them. */
  readonly oauth2?: {
    /** `<tenant>` stands for the directory of an organisation. */
    readonly tokenEndpoint: string
    readonly scope: Readonly<Partial<Record<TokenGrant, string>>>
  }
}

/**
 * Submission with STARTTLS required (RFC 6409, RFC 3207). Every provider here offers it. Equal to
 * what the settings have by default, so that only a value that was chosen can contradict.
 */
const submission = { port: 587, security: 'starttls' } as const

/** https://developers.google.com/workspace/gmail/imap/xoauth2-protocol */
const google: Preset['oauth2'] = {
  tokenEndpoint: 'https://oauth2.googleapis.com/token',
  scope: { serviceAccount: 'https://mail.google.com/' },
}

/** https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth */
const microsoft: Preset['oauth2'] = {
  tokenEndpoint: 'https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token',
  scope: {
    clientCredentials: 'https://outlook.office365.com/.default',
    refreshToken: 'https://outlook.office.com/SMTP.Send offline_access',
  },
}

const presets: Readonly<Record<string, Preset>> = {
  gmail: {
    host: 'smtp.gmail.com',
    ...submission,
    credentials:
      'The whole address of the account, and an app password of 16 letters: Google Account, Security, 2-Step Verification, App passwords. The password of the account itself is refused. Or smtp.auth=oauth2 with a refresh token or a service account.',
    oauth2: google,
  },
  'google-workspace-relay': {
    host: 'smtp-relay.gmail.com',
    ...submission,
    credentials:
      'None where the relay service knows the address of this machine; otherwise the whole address of a user and an app password: Admin console, Apps, Google Workspace, Gmail, Routing, SMTP relay service. Set smtp.heloName to a name of your domain.',
    oauth2: google,
  },
  sendgrid: {
    host: 'smtp.sendgrid.net',
    ...submission,
    credentials:
      'The user name is the word apikey; the password is an API key with the permission Mail Send: Settings, API Keys.',
  },
  'mailgun-us': {
    host: 'smtp.mailgun.org',
    ...submission,
    credentials:
      'The SMTP login of the sending domain, such as postmaster@mg.example.com, and its password: Sending, Domain settings, SMTP credentials. An API key is refused.',
  },
  'mailgun-eu': {
    host: 'smtp.eu.mailgun.org',
    ...submission,
    credentials:
      'As for mailgun-us, for a domain that was created in the EU region: the two regions are separate.',
  },
  postmark: {
    host: 'smtp.postmarkapp.com',
    ...submission,
    credentials:
      'The Server API token, as user name and as password too; or the access key and secret key of an SMTP token of one message stream: Servers, API Tokens.',
  },
  mandrill: {
    host: 'smtp.mandrillapp.com',
    ...submission,
    credentials:
      'The user name is any text, by custom the name of the account; the password is an API key: Settings, SMTP & API Info. The password of the account is refused.',
  },
  'microsoft-365': {
    host: 'smtp.office365.com',
    ...submission,
    credentials:
      'The address of a mailbox, with authenticated SMTP switched on for it: admin center, Active users, Mail, Manage email apps; and smtp.auth=oauth2 with the id and a client secret of an application. A password works only until Microsoft has withdrawn it.',
    oauth2: microsoft,
  },
}

/** Regions as AWS writes them: us-east-1, ap-southeast-2, us-gov-west-1. */
const sesName = /^ses-smtp:([a-z]{2}(?:-[a-z]{3,12}){1,2}-\d)$/

/** The names to choose from, as documentation shows them. */
export const presetNames: readonly string[] = [...Object.keys(presets), 'ses-smtp:<region>']

/** The provider with this name. */
export function presetOf(name: string): Preset | undefined {
  const region = sesName.exec(name)?.[1]
  if (region === undefined) return Object.hasOwn(presets, name) ? presets[name] : undefined
  return sesPreset(region)
}

/** All of them, by the names to choose from: one stands for every region of SES. */
export function listPresets(): (Preset & { readonly name: string })[] {
  return presetNames.map((name) => ({ name, ...(presets[name] ?? sesPreset('<region>')) }))
}

function sesPreset(region: string): Preset {
  return {
    host: `email-smtp.${region}.amazonaws.com`,
    ...submission,
    credentials:
      'SMTP credentials of this region: SES console, SMTP settings, Create SMTP credentials. They are not an access key; those of another region are refused.',
  }
}

/**
 * What is wrong about the preset: a name that is not known, or a host, port or security
 * that contradicts it. Left at their defaults they contradict nothing.
 */
export function presetFaults(smtp: PresetChoice): SettingsFault[] {
  if (smtp.preset === null) return []
  const preset = presetOf(smtp.preset)
  if (!preset) return [{ path: 'preset', rule: `one of ${presetNames.join(', ')}` }]
  return (['host', 'port', 'security'] as const)
    .filter((key) => smtp[key] !== preset[key] && smtp[key] !== '')
    .map((path) => ({
      path,
      rule: `the preset ${smtp.preset} has ${preset[path]}: leave this out, or the preset`,
    }))
}

/**
 * The settings with the preset's host, port and security in place.
 *
 * @throws Error for a preset with faults: settings are checked before they are used
 */
export function applyPreset<Smtp extends PresetChoice>(smtp: Smtp): Smtp {
  if (smtp.preset === null) return smtp
  const preset = presetOf(smtp.preset)
  if (!preset || presetFaults(smtp).length > 0)
    throw new Error('the SMTP preset was not checked before it was used')
  const { host, port, security } = preset
  return { ...smtp, host, port, security }
}
