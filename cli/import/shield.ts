import { usage } from '../../machine/failure.ts'
import { readVariables } from './dotenv.ts'
import { findings, type Findings } from './findings.ts'
import { readBlock } from './flat-yaml.ts'
import type { Imported } from './imported.ts'
import { carryMailbox } from './mailbox.ts'
import { carryServer, nameOf, type Entry } from './server.ts'
import { whatIs } from './what-is.ts'

/** Reads `app.mailer` of Shield and Frontier: config.yaml, or FRONTIER_APP_MAILER_ variables. */
export function readShield(text: string): Imported {
  const mailer = fromVariables(text) ?? readBlock(text, ['app', 'mailer'])
  if (!mailer)
    throw usage(
      `expected YAML with app.mailer or FRONTIER_APP_MAILER_ variables; found ${whatIs(text)}`,
    )
  const found = findings()
  carryMailbox(found, entryOf(mailer, 'headers.from'))
  carrySmtp(found, mailer)
  for (const key of mailer.keys())
    if (!known.has(key)) found.leave(`app.mailer.${key}`, reasonFor(key))
  return found.done()
}

type Mailer = ReadonlyMap<string, string>

const prefix = /^(?:FRONTIER|SHIELD)_APP_MAILER_/

function fromVariables(text: string): Mailer | undefined {
  if (!/^\s*(?:export )?(?:FRONTIER|SHIELD)_APP_MAILER_/m.test(text)) return undefined
  const named = [...readVariables(text)].filter(([name]) => prefix.test(name))
  return new Map(
    named.map(([name, value]) => [
      name
        .replace(prefix, '')
        .toLowerCase()
        .replace(/^headers_/, 'headers.'),
      value,
    ]),
  )
}

const known = new Set([
  'smtp_host',
  'smtp_port',
  'smtp_username',
  'smtp_password',
  'smtp_insecure',
  'smtp_tls_policy',
  'headers.from',
])

function reasonFor(key: string): string {
  return key.startsWith('headers.')
    ? 'never put into an email there; set headers for all email yourself'
    : 'not known to this import'
}

function entryOf(mailer: Mailer, name: string): Entry {
  return { key: `app.mailer.${name}`, value: mailer.get(name) ?? '' }
}

function carrySmtp(found: Findings, mailer: Mailer) {
  const entry = (name: string) => entryOf(mailer, name)
  const host = entry('smtp_host')
  const isSetUp = carryServer(found, {
    engine: host.key,
    host,
    port: entry('smtp_port'),
    security: securityOf(found, entry('smtp_port'), entry('smtp_tls_policy')),
    username: entry('smtp_username'),
    password: entry('smtp_password'),
    unset: '; Frontier then says that all email was sent, and sends none',
  })
  if (isSetUp) carryCertificateCheck(found, entry('smtp_insecure'))
}

const policies = new Map([
  ['', 'starttls'],
  ['mandatory', 'starttls'],
  ['opportunistic', 'opportunistic'],
  ['none', 'none'],
] as const)

/** The library takes 465 for TLS from the first byte and then forgets about the policy. */
function securityOf(found: Findings, port: Entry, { key, value }: Entry) {
  if (port.value === '465') return { key: port.key, value: 'tls' as const }
  const security = policies.get(value.toLowerCase() as 'none')
  if (!security)
    found.correct(
      key,
      `"${value}" is no policy: it meant mandatory, whatever it looks like`,
      'smtp.security starttls; set none if the server really has no TLS',
    )
  return { key: nameOf({ key, value }), value: security ?? ('starttls' as const) }
}

function carryCertificateCheck(found: Findings, { key, value }: Entry) {
  const isOff = value.toLowerCase() === 'true'
  if (isOff && found.carry(key, 'smtp.verifyCertificate', false))
    return found.correct(
      key,
      'it does not switch TLS off, as it sounds: it switches the check of the certificate off',
      'smtp.verifyCertificate false; better put a private CA into smtp.ca',
    )
  if (value === '')
    found.correct(
      key,
      'left out it means that no certificate is checked',
      'certificates are checked',
    )
  else found.carry(key, 'smtp.verifyCertificate', true)
}
