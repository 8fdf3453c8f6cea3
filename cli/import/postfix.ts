import type { Findings } from './findings.ts'
import { carryServer, withoutTls, type Entry } from './server.ts'

/** Where a Postfix passes email on to: of main.cf, and of sasl_passwd when that is appended. */
export interface Postfix {
  readonly relay: string
  readonly parameters: ReadonlyMap<string, string>
  readonly login?: { readonly username: string; readonly password: string; readonly place: string }
}

/** Finds `relayhost` and what belongs to it among other lines; nothing when it is not there. */
export function postfixIn(text: string): Postfix | undefined {
  // A line that begins with white space goes on with the one before (postconf(5)).
  const lines = text.replace(/\r?\n[ \t]+(?=\S)/g, ' ').split(/\r?\n/)
  const named = new Map(lines.flatMap(parameterIn))
  const parameters = named.get('relayhost') ? named : loneLogin(lines)
  const relay = parameters?.get('relayhost')
  if (!parameters || !relay) return undefined
  const login = lines.flatMap((line) => loginIn(line, relay))[0]
  return { relay, parameters, ...(login && { login }) }
}

function parameterIn(line: string): [string, string][] {
  const [, name, value] = /^(relayhost|smtp_[A-Za-z_]+)\s*=(.*)$/.exec(line) ?? []
  return name === undefined || value === undefined ? [] : [[name, value.trim()]]
}

/**
 * A sasl_passwd alone names its relay itself, if it has one login and nothing else. What main.cf says
 * of it is not known: it is used as a login should be, with TLS.
 */
function loneLogin(lines: readonly string[]): ReadonlyMap<string, string> | undefined {
  const entries = lines.filter((line) => /^[^\s#]/.test(line))
  const [, place = ''] = loginLine.exec(entries[0] ?? '') ?? []
  if (entries.length !== 1 || !/^\[?[\w.-]+\.[\w-]+\]?(:\w+)?$/.test(place)) return undefined
  const isWrapped = /:(465|smtps|submissions)$/.test(place)
  return new Map([
    ['relayhost', place],
    ['smtp_sasl_auth_enable', 'yes'],
    isWrapped ? ['smtp_tls_wrappermode', 'yes'] : ['smtp_tls_security_level', 'verify'],
  ])
}

/** `[host]:port user:password`; the password goes to the end of the line. */
function loginIn(line: string, relay: string) {
  const [, place, username, password] = loginLine.exec(line) ?? []
  if (place === undefined || username === undefined || password === undefined) return []
  return place === relay || bare(place) === bare(relay) ? [{ username, password, place }] : []
}

const loginLine = /^(\S+)[ \t]+([^\s:]+):(.*\S)\s*$/

function bare(place: string): string {
  return place.replace(/^\[?([^\]]*?)\]?(?::\w+)?$/, '$1').toLowerCase()
}

/** Makes SMTP settings of it: Postern speaks to the relay itself. */
export function carryPostfix(found: Findings, { relay, parameters, login }: Postfix) {
  const [, bracket, host = '', port = ''] = /^(\[?)([^\]]*?)\]?(?::(\w+))?$/.exec(relay) ?? []
  const hasLogin = parameters.get('smtp_sasl_auth_enable') === 'yes'
  if (bracket === '')
    found.correct(
      'relayhost',
      'without brackets Postfix looks for its MX',
      'the host itself is used',
    )
  if (login && login.place !== relay)
    found.correct(
      'sasl_passwd',
      'not written like relayhost, so Postfix never found the login',
      'used',
    )
  if (login && !hasLogin)
    found.correct('smtp_sasl_auth_enable', 'not "yes", so Postfix never logged in', 'login is used')
  const entry = (value = ''): Entry => ({ key: 'sasl_passwd', value })
  carryServer(found, {
    engine: 'relayhost',
    host: { key: 'relayhost', value: host },
    // Without a port Postfix takes 25.
    port: { key: 'relayhost', value: namedPorts.get(port) ?? (port || '25') },
    security: securityOf(found, parameters, entry(login?.username)),
    username: entry(login?.username),
    password: entry(login?.password),
  })
  leaveOthers(found, parameters)
}

const namedPorts = new Map([
  ['smtp', '25'],
  ['submission', '587'],
  ['submissions', '465'],
  ['smtps', '465'],
])

const levels = ['encrypt', 'fingerprint', 'verify', 'secure', 'dane-only']

function securityOf(found: Findings, parameters: Postfix['parameters'], username: Entry) {
  const isWrapped = parameters.get('smtp_tls_wrappermode') === 'yes'
  if (isWrapped) return { key: 'smtp_tls_wrappermode', value: 'tls' as const }
  const key = 'smtp_tls_security_level'
  const level = parameters.get(key) ?? ''
  if (level === 'encrypt')
    found.correct(key, 'it encrypts without checking the certificate', 'one is checked')
  if (levels.includes(level)) return { key, value: 'starttls' as const }
  const isOffered = ['may', 'dane'].includes(level) || parameters.get('smtp_use_tls') === 'yes'
  return isOffered ? { key, value: 'opportunistic' as const } : withoutTls(found, key, username)
}

const read = [
  'relayhost',
  'smtp_sasl_auth_enable',
  'smtp_sasl_password_maps',
  'smtp_tls_wrappermode',
  'smtp_tls_security_level',
  'smtp_use_tls',
]

function leaveOthers(found: Findings, parameters: Postfix['parameters']) {
  for (const name of parameters.keys())
    if (name === 'smtp_tls_CAfile')
      found.leave(name, 'a file on that machine: put its certificates into smtp.ca')
    else if (!read.includes(name)) found.leave(name, 'not known to this import')
}
