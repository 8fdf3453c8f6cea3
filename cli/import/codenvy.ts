import { usage } from '../../machine/failure.ts'
import { findings, type Findings } from './findings.ts'
import { mailEntry, type MailEntry } from './codenvy-names.ts'
import type { Imported } from './imported.ts'
import { carryPostfix, postfixIn, type Postfix } from './postfix.ts'
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
  const values = new Map(entries.map((entry) => [entry.name, entry]))
  if (!values.has('mail.host') && !values.has(from) && !postfix)
    throw usage(
      `expected mail.* properties, codenvy.env or Postfix's relayhost; found ${whatIs(text)}`,
    )
  carryFrom(found, values)
  if (postfix && isLocal(values.get('mail.host'))) carryRelay(found, postfix, entries)
  else carrySmtp(found, values)
  if (postfix && !isLocal(values.get('mail.host')))
    found.leave('relayhost', 'the application spoke to mail.host, not to this Postfix')
  for (const { name, key } of entries) if (!known.has(name)) found.leave(key, reasonFor(name))
  return found.done()
}

/** Reads Postfix's main.cf, its sasl_passwd, or both. */
export function readPostfix(text: string): Imported {
  if (postfixIn(text)) return readCodenvy(text)
  throw usage(
    `expected main.cf with a relayhost, or a sasl_passwd with one login; found ${whatIs(text)}`,
  )
}

const from = 'mail.from_email_address'

function carryRelay(found: Findings, postfix: Postfix, entries: readonly MailEntry[]) {
  carryPostfix(found, postfix)
  for (const { name, key } of entries)
    if (known.has(name) && name !== from)
      found.leave(key, 'about the Postfix there: Postern speaks to its relayhost itself')
}

type Values = ReadonlyMap<string, Entry>

/** Postfix on the same machine only passed email on. */
function isLocal(host: Entry | undefined): boolean {
  return host === undefined || ['localhost', '127.0.0.1', '::1', ''].includes(host.value)
}

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
  const entry = values.get(from)
  if (!entry) return
  if (entry.value.toLowerCase().endsWith('@codenvy.onprem'))
    return found.correct(entry.key, "Codenvy's default address; replies go nowhere", 'left out')
  found.carry(entry.key, 'from.address', entry.value)
}

function carrySmtp(found: Findings, values: Values) {
  const entry = (name: string) => values.get(name) ?? { key: name, value: '' }
  const host = entry('mail.host')
  const hasLogin = isOn(values.get('mail.smtp.auth'))
  const login = (name: string) => {
    const { key, value } = entry(name)
    if (hasLogin || value === '') return { key, value }
    found.leave(key, 'mail.smtp.auth is not true, so there was no login')
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
