import { isIP } from 'node:net'
import { isAbsolute, resolve } from 'node:path'
import { defaultKeep, parseKeep, type Keep } from '../backends/local/keep.ts'
import type { Deployed } from '../mail/ports/fleet.ts'
import {
  isPlainObject,
  overlay,
  type SavedSettings,
  type SettingsFault,
} from '../mail/settings/layers.ts'
import { resolveSettings } from '../mail/settings/settings.ts'
import { usualDirectory } from './data-directory.ts'
import { usage } from './failure.ts'
import { jsonIn } from '../mail/email/json.ts'
import { hostOf, placeOf, portOf, portOrOff, switchOf } from './read-variable.ts'
import { readWatching, watchVariables, type Watching } from './watch-variables.ts'

/** Where and how a Postern runs on this machine: everything that is fixed when it starts. */
export interface Environment {
  readonly port: number
  readonly host: string
  /** Further names under which it answers, such as that of a proxy in front. */
  readonly hosts: readonly string[]
  /** The start of the links that it makes, without a slash at the end; as the caller came otherwise. */
  readonly url?: string
  /** The IP addresses of proxies whose `X-Forwarded-*` is believed. */
  readonly proxies: readonly string[]
  /** Undefined: 1025, or a free one where the HTTP port is to be a free one. */
  readonly smtpPort?: number | 'off'
  /** Undefined: 1465, or a free one where the HTTP port is to be a free one. */
  readonly smtpsPort?: number | 'off'
  /** Where email for the bounce domain is taken; undefined: nowhere. */
  readonly bouncePort?: number
  readonly bounceHost: string
  /** Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Without those, Postern makes a certificate of its own. */
  readonly tlsSelfSigned: boolean
  /** Passwords and emails may come over SMTP without TLS, from a network that is trusted. */
  readonly smtpPlain: boolean
  readonly directory: string
  readonly defaults: SavedSettings
  readonly locks: SavedSettings
  readonly keep: Keep
  /** How long a stop waits for the answers of servers. */
  readonly stopSeconds: number
  readonly secretsFile?: string
  /** The folder of templates; that it is there is wanted only where it was named. */
  readonly templates: { readonly path: string; readonly isWanted: boolean }
  readonly deployed: Deployed
  /** The URL of the queue that Amazon SES's events come by. */
  readonly sesFeedbackQueue?: string
  /** Webhooks may lead to private addresses, such as http://localhost. */
  readonly webhooksPrivate: boolean
  /** Where the daemon of SpamAssassin is. */
  readonly spamd?: { readonly host: string; readonly port: number }
  readonly watching: Watching
}

export type Variables = Readonly<Record<string, string | undefined>>

/** The variables that `postern start` reads, for its manual. */
export const startVariables = [
  ['POSTERN_PORT', 'port to listen on (8025); 0 picks a free one'],
  ['POSTERN_HOST', 'address to listen on (127.0.0.1); beyond loopback API keys are required'],
  ['POSTERN_HOSTS', 'host names that a proxy in front answers for, with commas; needs API keys'],
  [
    'POSTERN_URL',
    'its address as others reach it, for links and uploads: https://mail.example.com',
  ],
  [
    'POSTERN_PROXIES',
    'IP addresses of proxies whose X-Forwarded headers are believed, with commas',
  ],
  ['POSTERN_SMTP_PORT', 'port for SMTP: 1025, or a free one if POSTERN_PORT is 0; off: no SMTP'],
  ['POSTERN_SMTPS_PORT', 'port for SMTP over TLS, with a certificate: 1465; off: none'],
  ['POSTERN_BOUNCE_PORT', 'port for email to the bounce domain, such as 25; none unless set'],
  ['POSTERN_BOUNCE_HOST', 'address to listen on for that (0.0.0.0)'],
  ['POSTERN_TLS_CERT', 'PEM file of the certificate for SMTP; needed beyond loopback'],
  ['POSTERN_TLS_KEY', 'PEM file of its private key'],
  ['POSTERN_TLS_SELF_SIGNED', 'on: make a certificate where none is set'],
  ['POSTERN_SMTP_PLAIN', "on: SMTP beyond loopback without TLS, in a container's private network"],
  [
    'POSTERN_DATA',
    'directory for all state: .postern here if there is one, else /var/lib/postern for root, ' +
      '~/.local/share/postern for others',
  ],
  ['POSTERN_KEEP', 'how long to keep settled emails: 30d, 10000 or 30d,10000'],
  ['POSTERN_STOP_SECONDS', 'how long a stop waits for servers that are slow to answer (80)'],
  ['POSTERN_DEFAULTS', 'settings as JSON that hold until others are saved'],
  ['POSTERN_LOCKS', 'settings as JSON that cannot be changed at run time'],
  ['POSTERN_SECRETS_FILE', 'file with secrets by name as JSON; saved unless already set'],
  ['POSTERN_TEMPLATES', 'folder of templates: ./templates if there is one'],
  ['POSTERN_SENDMAIL', 'absolute path of the sendmail program'],
  ['POSTERN_API_URLS', 'where the APIs of providers are, as JSON: {"sendgrid":"https://…"}'],
  ['POSTERN_SES_FEEDBACK_QUEUE', 'URL of the SQS queue that the events of Amazon SES come by'],
  [
    'POSTERN_WEBHOOKS_PRIVATE',
    'on: webhooks may lead to private addresses, over http too: for development',
  ],
  ['POSTERN_SPAMD', 'where the daemon of SpamAssassin judges captures: 127.0.0.1:783'],
  ...watchVariables,
] as const

/** A little less than what systemd gives a service to stop in (TimeoutStopSec, 90 s). */
const usualStopSeconds = 80

/** For all others, the settings' own defaults hold. */
const localDefaults: SavedSettings = { keepContentDays: 7 }

/**
 * Reads the environment of `postern start`. An empty variable counts as absent.
 *
 * @throws Failure that names every wrong variable and its rule
 */
export function readEnvironment(variables: Variables): Environment {
  const faults: string[] = []
  const read = <T>(name: string, absent: T, parse: (text: string) => T): T => {
    try {
      return variables[name] ? parse(variables[name]) : absent
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error))
      return absent
    }
  }
  const defaults = overlay(
    localDefaults,
    read('POSTERN_DEFAULTS', {}, settingsOf('POSTERN_DEFAULTS')),
  )
  const locks = read('POSTERN_LOCKS', {}, settingsOf('POSTERN_LOCKS'))
  const environment = {
    port: read('POSTERN_PORT', 8025, portOf('POSTERN_PORT')),
    host: read('POSTERN_HOST', '127.0.0.1', hostOf('POSTERN_HOST')),
    hosts: read('POSTERN_HOSTS', [], hostsOf),
    url: read('POSTERN_URL', undefined, urlOf),
    proxies: read('POSTERN_PROXIES', [], proxiesOf),
    smtpPort: read('POSTERN_SMTP_PORT', undefined, portOrOff('POSTERN_SMTP_PORT')),
    smtpsPort: read('POSTERN_SMTPS_PORT', undefined, portOrOff('POSTERN_SMTPS_PORT')),
    bouncePort: read('POSTERN_BOUNCE_PORT', undefined, portOf('POSTERN_BOUNCE_PORT')),
    bounceHost: read('POSTERN_BOUNCE_HOST', '0.0.0.0', hostOf('POSTERN_BOUNCE_HOST')),
    tls: tlsOf(variables, faults),
    tlsSelfSigned: read('POSTERN_TLS_SELF_SIGNED', false, switchOf('POSTERN_TLS_SELF_SIGNED')),
    smtpPlain: read('POSTERN_SMTP_PLAIN', false, switchOf('POSTERN_SMTP_PLAIN')),
    directory: resolve(variables['POSTERN_DATA'] || usualDirectory(variables)),
    defaults,
    locks,
    keep: read('POSTERN_KEEP', defaultKeep, parseKeep),
    stopSeconds: read('POSTERN_STOP_SECONDS', usualStopSeconds, secondsOf),
    secretsFile: read('POSTERN_SECRETS_FILE', undefined, resolveOne),
    templates: {
      path: resolve(variables['POSTERN_TEMPLATES'] || 'templates'),
      isWanted: Boolean(variables['POSTERN_TEMPLATES']),
    },
    spamd: read('POSTERN_SPAMD', undefined, placeOf('POSTERN_SPAMD', 783)),
    sesFeedbackQueue: read('POSTERN_SES_FEEDBACK_QUEUE', undefined, queueUrlOf),
    webhooksPrivate: read('POSTERN_WEBHOOKS_PRIVATE', false, switchOf('POSTERN_WEBHOOKS_PRIVATE')),
    watching: readWatching(read, variables),
    deployed: {
      sendmailPath: read('POSTERN_SENDMAIL', undefined, programOf),
      apiUrls: read('POSTERN_API_URLS', undefined, apiUrlsOf),
    },
  }
  faults.push(...layerFaults(defaults, locks))
  if (faults.length > 0) throw usage(faults.join('\n'))
  return environment
}

/** Which Postern the other commands talk to, and with which key. */
export function readClientEnvironment(variables: Variables): ClientEnvironment {
  const { POSTERN_URL: url, POSTERN_STACK: stack, POSTERN_API_KEY: key } = variables
  const { POSTERN_PROJECT: project } = variables
  const target = { ...(url && { url }), ...(stack && { stack }) }
  return { ...target, ...(key && { key }), ...(project && { project }) }
}

interface ClientEnvironment {
  readonly url?: string
  /** A CloudFormation stack, reached with the user's AWS credentials. */
  readonly stack?: string
  readonly key?: string
  /** The project to work in. */
  readonly project?: string
}

/** `POSTERN_SMTP_CERT` and `POSTERN_SMTP_KEY` are what these were called before. */
function tlsOf(variables: Variables, faults: string[]) {
  const cert = variables['POSTERN_TLS_CERT'] || variables['POSTERN_SMTP_CERT']
  const key = variables['POSTERN_TLS_KEY'] || variables['POSTERN_SMTP_KEY']
  if (cert && key) return { cert: resolve(cert), key: resolve(key) }
  if (cert || key) faults.push('POSTERN_TLS_CERT and POSTERN_TLS_KEY belong together')
  return undefined
}

function secondsOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new Error('POSTERN_STOP_SECONDS must be a whole number from 0 to 99999')
}

function hostsOf(text: string): string[] {
  const names = listOf(text)
  if (names.every((name) => /^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]+\])$/.test(name))) return names
  throw new Error('POSTERN_HOSTS must be host names with commas between them, without ports')
}

function urlOf(text: string): string | undefined {
  if (/^https?:\/\/[^\s/?#@]+\/*$/i.test(text) && URL.canParse(text)) return new URL(text).origin
  throw new Error('POSTERN_URL must be http:// or https:// and a host name, without a path')
}

function proxiesOf(text: string): string[] {
  const addresses = listOf(text)
  if (addresses.every((address) => isIP(address))) return addresses
  throw new Error('POSTERN_PROXIES must be IP addresses with commas between them')
}

function listOf(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '')
}

function programOf(text: string): string | undefined {
  if (isAbsolute(text)) return text
  throw new Error('POSTERN_SENDMAIL must be an absolute path, such as /usr/sbin/sendmail')
}

function queueUrlOf(text: string): string {
  if (/^https?:\/\/\S+$/.test(text) && URL.canParse(text)) return text
  throw new Error('POSTERN_SES_FEEDBACK_QUEUE must be the URL of an SQS queue')
}

/** The addresses of providers' APIs in `POSTERN_API_URLS`. @throws Error that names the rule */
export function apiUrlsOf(text: string): Deployed['apiUrls'] {
  const urls = jsonIn(text)
  const isUrl = (url: unknown) =>
    typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url)
  if (
    isPlainObject(urls) &&
    Object.entries(urls).every(([name, url]) => enginesWithApi.includes(name) && isUrl(url))
  )
    return urls
  throw new Error(
    `POSTERN_API_URLS must be a JSON object of addresses by engine (${enginesWithApi.join(', ')})`,
  )
}

const enginesWithApi: readonly string[] = ['sendgrid', 'resend', 'postmark', 'mailgun']

function resolveOne(text: string): string | undefined {
  return resolve(text)
}

function settingsOf(name: string) {
  return (text: string): SavedSettings => {
    const value = jsonIn(text)
    if (isPlainObject(value)) return value
    throw new Error(`${name} must be a JSON object of settings, such as {"engine":"noop"}`)
  }
}

function layerFaults(defaults: SavedSettings, locks: SavedSettings): string[] {
  const resolved = resolveSettings({ defaults, saved: {}, locks })
  if (!('faults' in resolved)) return []
  return resolved.faults.map(({ path, rule }: SettingsFault) => {
    const name = holds(locks, path) ? 'POSTERN_LOCKS' : 'POSTERN_DEFAULTS'
    return `${name}: ${path}: ${rule}`
  })
}

function holds(layer: SavedSettings, path: string): boolean {
  let value: unknown = layer
  for (const key of path.split('.')) {
    if (!isPlainObject(value) || !(key in value)) return false
    value = value[key]
  }
  return true
}
