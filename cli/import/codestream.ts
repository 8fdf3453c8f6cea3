import { usage } from '../../machine/failure.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import { findings, type Findings } from './findings.ts'
import type { Imported } from './imported.ts'
import { at, keysOf, readJson, textOf } from './json.ts'
import { carryServer } from './server.ts'
import { whatIs } from './what-is.ts'

const expected = "CodeStream's JSON with email or emailDeliveryService"

/** Reads the mail sections of CodeStream's configuration file. */
export function readCodestream(text: string): Imported {
  const file = readJson(text, expected)
  const isThere = ['email', 'emailDeliveryService'].some((key) => isPlainObject(at(file, key)))
  if (!isThere) throw usage(`expected ${expected}; found ${whatIs(text)}`)
  const found = findings()
  carryEngine(found, at(file, 'emailDeliveryService'), at(file, 'email', 'suppressEmails'))
  found.carry('email.senderEmail', 'from.address', textOf(at(file, 'email', 'senderEmail')))
  carryRedirect(found, textOf(at(file, 'email', 'emailTo')))
  leaveOthers(found, file)
  return found.done()
}

/** The service that is used: the one selected, or else the first that has a section. */
function carryEngine(found: Findings, services: unknown, suppress: unknown) {
  const key = 'emailDeliveryService.selected'
  const selected = textOf(at(services, 'selected'))
  const [sendgrid, nodeMailer] = [at(services, 'sendgrid'), at(services, 'NodeMailer')]
  const service = selected || (sendgrid ? 'sendgrid' : 'NodeMailer')
  if (service === 'sendgrid' && sendgrid) carrySendgrid(found, sendgrid)
  else if (service === 'NodeMailer' && nodeMailer) carrySmtp(found, nodeMailer)
  else {
    found.correct(key, 'no service is set up: email was dropped', 'engine noop: email is captured')
    found.carry(key, 'engine', 'noop')
  }
  warnOfSwitches(found, services)
  if (suppress === true) silence(found)
}

/** It was a switch of the application: what was queued already still went out. */
function silence(found: Findings) {
  const key = 'email.suppressEmails'
  found.correct(
    key,
    'only the API obeys it; the mail service sends what it is given',
    'engine noop',
  )
  found.carry(key, 'engine', 'noop')
}

function warnOfSwitches(found: Findings, services: unknown) {
  for (const service of ['NodeMailer', 'sendgrid'])
    if (at(services, service, 'disabled') === true)
      found.correct(
        `emailDeliveryService.${service}.disabled`,
        'nothing ever read it: email was sent all the same',
        'passed over; the engine disabled or noop is the switch here',
      )
}

function carrySendgrid(found: Findings, section: unknown) {
  const prefix = 'emailDeliveryService.sendgrid'
  const key = textOf(at(section, 'apiKey'))
  if (key !== '') found.secret(`${prefix}.apiKey`, 'sendgrid.apiKey', key)
  found.carry(prefix, 'engine', 'sendgrid')
  leave(found, prefix, section, ['apiKey', 'disabled'])
}

function carrySmtp(found: Findings, section: unknown) {
  const prefix = 'emailDeliveryService.NodeMailer'
  const entry = (key: string) => ({ key: `${prefix}.${key}`, value: textOf(at(section, key)) })
  const isSecure = at(section, 'secure') !== false
  carryServer(found, {
    engine: prefix,
    host: entry('host'),
    port: { ...entry('port'), value: entry('port').value || '587' },
    // nodemailer takes STARTTLS where it is offered when it is not told to be secure.
    security: { key: `${prefix}.secure`, value: isSecure ? 'tls' : 'opportunistic' },
    username: entry('username'),
    password: entry('password'),
  })
  leave(found, prefix, section, smtpKeys)
}

const smtpKeys = ['host', 'port', 'secure', 'username', 'password', 'disabled']

/** Everything went to this one address, whatever its recipients. */
function carryRedirect(found: Findings, address: string) {
  if (!found.carry('email.emailTo', 'safety.redirectTo', address)) return
  found.carry('email.emailTo', 'safety.otherwise', 'redirect')
  found.carry('email.emailTo', 'safety.allow', [])
}

const reasons = new Map([
  ['supportEmail', 'an email that is not from the default address names its own From'],
  ['replyToDomain', 'not used there since 2024; the application sets Reply-To'],
  ['notificationInterval', 'when to write is the business of the application'],
  ['maxPostsPerEmail', 'what to write is the business of the application'],
  ['service', 'a name for nodemailer; host and port say it all'],
  ['url', 'where the API is can only be changed where Postern is deployed'],
])

function leaveOthers(found: Findings, file: unknown) {
  leave(found, 'email', at(file, 'email'), ['emailTo', 'senderEmail', 'suppressEmails'])
  for (const key of ['queuingEngine', 'outboundEmailServer'])
    if (at(file, key) !== undefined) found.leave(key, 'Postern has a queue and a worker of its own')
}

function leave(found: Findings, prefix: string, section: unknown, known: readonly string[]) {
  for (const key of keysOf(section).filter((name) => !known.includes(name)))
    found.leave(`${prefix}.${key}`, reasons.get(key) ?? 'not known to this import')
}
