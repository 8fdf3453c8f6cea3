import { usage } from '../failure.ts'
import { findings, type Findings } from './findings.ts'
import type { Imported } from './imported.ts'
import { carryPostfix, postfixIn } from './postfix.ts'
import { readProperties } from './properties.ts'
import { carryServer, withoutTls, type Entry } from './server.ts'
import { whatIs } from './what-is.ts'

/**
 * Reads Codenvy's mail settings: `mail.*` and `che.mail.*` properties, or the variables of
 * `codenvy.env`; with them, or alone, the `relayhost` of its Postfix and the lines of sasl_passwd.
 */
export function readCodenvy(text: string): Imported {
  const found = findings()
  const postfix = postfixIn(text)
  const entries = readProperties(text).flatMap((entry) => mailEntry(found, entry))
  const values = new Map(entries.map(({ name, ...entry }) => [name, entry]))
  const isSetUp = values.has('mail.host') || values.has('mail.from_email_address')
  if (!isSetUp && !postfix)
    throw usage(
      `expected mail.* properties, codenvy.env or Postfix's relayhost; found ${whatIs(text)}`,
    )
  carryFrom(found, values)
  if (postfix && isLocal(values.get('mail.host'))) carryPostfix(found, postfix)
  else {
    carrySmtp(found, values)
    if (postfix) found.leave('relayhost', 'the application spoke to mail.host, not to this Postfix')
  }
  for (const { name, key } of entries) if (!known.has(name)) found.leave(key, reasonFor(name))
  return found.done()
}

type Values = ReadonlyMap<string, Entry>

/** Postfix on the same machine only passed email on. */
function isLocal(host: Entry | undefined): boolean {
  return host === undefined || ['localhost', '127.0.0.1', '::1', ''].includes(host.value)
}

/** An entry about mail under the one name by which it is known here. */
function mailEntry(found: Findings, { key, value }: Entry): (Entry & { name: string })[] {
  const plain = withoutDisguise(key)
  const name = nameOf(plain)
  if (name === undefined) return []
  if (plain !== key)
    found.correct(
      visible(key),
      'a Cyrillic letter stands in the name, so that nothing ever read it',
      `read as ${plain}`,
    )
  return [{ name, key: plain, value }]
}

/** The documentation had one of these in its example, to be copied. */
const lookAlikes = new Map(
  [...'АВСЕНІКМОРТХаеоірсухѕ'].map((char, i) => [char, [...'ABCEHIKMOPTXaeoipcyxs'][i]!]),
)

function withoutDisguise(key: string): string {
  return [...key].map((char) => lookAlikes.get(char) ?? char).join('')
}

function visible(key: string): string {
  return key.replace(
    /[^\x20-\x7e]/gu,
    (char) => `{U+${char.codePointAt(0)!.toString(16).padStart(4, '0').toUpperCase()}}`,
  )
}

/** `che.mail.host`, `CODENVY_MAIL_HOST` and `CHE_MAIL_HOST` are all `mail.host`. */
function nameOf(key: string): string | undefined {
  const variable = /^(?:CODENVY|CHE)_(.+)$/.exec(key)?.[1]
  const dotted = variable?.replaceAll('__', '\0').replaceAll('_', '.').replaceAll('\0', '_')
  const name = (dotted ?? key.replace(/^che\./, '')).toLowerCase()
  return /^(?:e?mail|logback\.smtp|user\.mail)\./.test(name) || name.startsWith('workspace.email.')
    ? (aliases.get(name) ?? name)
    : undefined
}

const aliases = new Map([
  ['mail.host.port', 'mail.port'],
  ['mail.use.ssl', 'mail.ssl'],
  ['email.from', 'mail.from_email_address'],
])

/** The names that settings are made from. */
const known = new Set([
  'mail.host',
  'mail.port',
  'mail.ssl',
  'mail.transport.protocol',
  'mail.smtp.auth',
  'mail.smtp.auth.username',
  'mail.smtp.auth.password',
  'mail.smtp.socketfactory.class',
  'mail.smtp.socketfactory.fallback',
  'mail.smtp.socketfactory.port',
  'mail.smtp.ssl.enable',
  'mail.smtp.starttls.enable',
  'mail.smtp.starttls.required',
  'mail.from_email_address',
])

function reasonFor(name: string): string {
  if (name.startsWith('logback.') || ['email.to', 'email.subject'].includes(name))
    return 'about error reports of the application, which are not email of its users'
  if (name.includes('blacklist'))
    return 'whom the application must not write to is its own business'
  return name.includes('subject') ? 'texts belong to the application' : 'not known to this import'
}

function carryFrom(found: Findings, values: Values) {
  const from = values.get('mail.from_email_address')
  if (!from) return
  if (from.value.toLowerCase().endsWith('@codenvy.onprem'))
    return found.correct(
      from.key,
      'the address that Codenvy came with; nobody can reply to it',
      'left out',
    )
  found.carry(from.key, 'from.address', from.value)
}

function carrySmtp(found: Findings, values: Values) {
  const entry = (name: string) => values.get(name) ?? { key: name, value: '' }
  const host = entry('mail.host')
  const hasLogin = isOn(values.get('mail.smtp.auth'))
  const login = (name: string) => {
    const { key, value } = entry(name)
    if (hasLogin || value === '') return { key, value }
    found.leave(key, 'mail.smtp.auth is not true, so nobody logged in')
    return { key, value: '' }
  }
  carryServer(found, {
    engine: host.key,
    host,
    port: portOf(found, values),
    security: securityOf(found, values),
    username: login('mail.smtp.auth.username'),
    password: login('mail.smtp.auth.password'),
  })
}

/** With a socket factory JavaMail connects to its port and to no other. */
function portOf(found: Findings, values: Values): Entry {
  const port = values.get('mail.port') ?? { key: 'mail.port', value: '' }
  const factory = values.get('mail.smtp.socketfactory.port')
  if (!factory || factory.value === port.value) return port
  if (port.value !== '')
    found.correct(
      port.key,
      `${port.value} was only shown: the connection went to the port of the socket factory`,
      `port ${factory.value}`,
    )
  return factory
}

function securityOf(found: Findings, values: Values) {
  const fallback = values.get('mail.smtp.socketfactory.fallback')
  if (fallback && isOn(fallback))
    found.correct(
      fallback.key,
      'where TLS failed the connection went on unencrypted',
      'TLS is required now',
    )
  const implicitly = implicit.map((name) => values.get(name)).find(isTls)
  if (implicitly) return { key: implicitly.key, value: 'tls' as const }
  const explicitly = explicit.map((name) => values.get(name)).find(isOn)
  if (explicitly) return { key: explicitly.key, value: 'starttls' as const }
  const none = { key: 'mail.smtp.auth.username', value: '' }
  const username = isOn(values.get('mail.smtp.auth')) ? values.get(none.key) : undefined
  return withoutTls(found, values.get('mail.ssl')?.key ?? 'mail.ssl', username ?? none)
}

const implicit = [
  'mail.ssl',
  'mail.smtp.ssl.enable',
  'mail.smtp.socketfactory.class',
  'mail.transport.protocol',
]
const explicit = ['mail.smtp.starttls.required', 'mail.smtp.starttls.enable']

function isTls(entry: Entry | undefined): boolean {
  return isOn(entry) || /SSLSocketFactory|^smtps$/.test(entry?.value ?? '')
}

function isOn(entry: Entry | undefined): boolean {
  return entry?.value.toLowerCase() === 'true'
}
