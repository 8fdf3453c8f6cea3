import { usage } from '../../machine/failure.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'
import { findings, type Findings } from './findings.ts'
import type { Imported } from './imported.ts'
import { at, keysOf, readJson, textOf } from './json.ts'
import { carryServer } from './server.ts'
import { whatIs } from './what-is.ts'

const section = 'pydio.grpc.mailer'
const expected = `pydio.json with services/${section}`

/** Reads the mailer section of Pydio Cells' `pydio.json`. */
export function readPydio(text: string): Imported {
  const file = readJson(text, expected)
  const mailer = at(file, 'services', section)
  if (!isPlainObject(mailer)) throw usage(`expected ${expected}; found ${whatIs(text)}`)
  const found = findings()
  carryIdentity(found, mailer)
  carryEngine(found, at(mailer, 'sender'))
  leaveOthers(found, mailer, file)
  return found.done()
}

const policies = new Map([
  ['user', 'caller'],
  ['sender', 'onBehalf'],
  ['default', 'default'],
])

function carryIdentity(found: Findings, mailer: unknown) {
  found.carry(`${section}/from`, 'from.address', textOf(at(mailer, 'from')))
  found.carry(`${section}/fromName`, 'from.name', textOf(at(mailer, 'fromName')))
  const control = textOf(at(mailer, 'fromCtl'))
  const policy = policies.get(control)
  if (policy) found.carry(`${section}/fromCtl`, 'fromPolicy', policy)
  else if (control !== '')
    found.correct(
      `${section}/fromCtl`,
      'no known policy: Pydio took it for "user"',
      'fromPolicy caller',
    )
}

function carryEngine(found: Findings, sender: unknown) {
  const key = `${section}/sender/@value`
  switch (textOf(at(sender, '@value'))) {
    case 'disabled':
      found.correct(
        key,
        'Pydio drops email under "disabled" and says that it was sent',
        'engine disabled: new email is refused with an error',
      )
      return found.carry(key, 'engine', 'disabled')
    case 'noop':
      found.carry(key, 'engine', 'noop')
      return found.carry(
        senderKey('dump'),
        'noop.mode',
        at(sender, 'dump') === true ? 'capture' : 'discard',
      )
    case 'smtp':
      return carrySmtp(found, sender)
    case 'sendmail':
      return found.carry(key, 'engine', 'sendmail')
    case 'sendgrid':
      return carrySendgrid(found, sender)
    default:
      found.correct(key, 'no known mailer', 'engine noop: email is captured')
      return found.carry(key, 'engine', 'noop')
  }
}

function carrySmtp(found: Findings, sender: unknown) {
  const entry = (key: string) => ({ key: senderKey(key), value: textOf(at(sender, key)) })
  const security = textOf(at(sender, 'connectionSecurity'))
  const isSetUp = carryServer(found, {
    engine: senderKey('@value'),
    host: entry('host'),
    port: entry('port'),
    security: {
      key: senderKey('connectionSecurity'),
      value: security === 'ssl' ? 'tls' : 'starttls',
    },
    username: entry('user'),
    password: passwordOf(found, sender),
  })
  if (!isSetUp) return
  if (security !== 'ssl' && entry('port').value !== '465')
    found.correct(
      senderKey('connectionSecurity'),
      'Pydio goes on unencrypted, password and all, when the server offers no STARTTLS',
      'TLS is required now',
    )
  if (at(sender, 'insecureSkipVerify') === true)
    found.carry(senderKey('insecureSkipVerify'), 'smtp.verifyCertificate', false)
  found.carry(senderKey('localName'), 'smtp.heloName', textOf(at(sender, 'localName')))
}

/** `password` is the name under which Pydio's vault holds it; `clearPass` is the password itself. */
function passwordOf(found: Findings, sender: unknown) {
  const clear = textOf(at(sender, 'clearPass'))
  if (clear !== '') return { key: senderKey('clearPass'), value: clear }
  const key = senderKey('password')
  const value = textOf(at(sender, 'password'))
  if (!inVault.test(value)) return { key, value }
  found.leave(
    key,
    'the password is in the vault of Pydio: name smtp.password after the file to be asked for it',
  )
  return { key, value: '' }
}

const inVault = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

function carrySendgrid(found: Findings, sender: unknown) {
  const key = textOf(at(sender, 'apiKey'))
  if (key !== '') found.secret(senderKey('apiKey'), 'sendgrid.apiKey', key)
  found.carry(senderKey('@value'), 'engine', 'sendgrid')
}

/** Settings must not choose a program to run. */
const atDeployTime = 'which program runs is chosen where Postern is deployed: POSTERN_SENDMAIL'

/** Why the other keys of the mailer, its sender and the defaults have no setting. */
const reasons = new Map([
  ['disableCssInlining', 'Postern sends html as it was given'],
  ['queue', 'Postern has a queue of its own'],
  ['url', 'links are the business of the application'],
  ['valid', 'Postern asks the server itself'],
  ['dumpFolder', 'captured email is kept with the other data of Postern'],
  ['executable', atDeployTime],
])

const mailerKeys = ['from', 'fromName', 'fromCtl', 'sender']

/** The keys that an engine has read; what another one left behind is reported. */
const senderKeys = new Map([
  ['noop', ['dump']],
  [
    'smtp',
    'host port user password clearPass connectionSecurity insecureSkipVerify localName'.split(' '),
  ],
  ['sendgrid', ['apiKey']],
])

function leaveOthers(found: Findings, mailer: unknown, file: unknown) {
  const sender = at(mailer, 'sender')
  const read = senderKeys.get(textOf(at(sender, '@value'))) ?? []
  const leave = (prefix: string, keys: readonly string[], unknown: string) => {
    for (const key of keys) found.leave(prefix + key, reasons.get(key) ?? unknown)
  }
  leave(
    `${section}/`,
    keysOf(mailer).filter((key) => !mailerKeys.includes(key)),
    'not known to this import',
  )
  leave(
    senderKey(''),
    keysOf(sender).filter((key) => key !== '@value' && !read.includes(key)),
    'not read by the engine that was chosen',
  )
  for (const key of ['sendmail', 'sendmailParams'])
    if (at(file, 'defaults', key) !== undefined) found.leave(`defaults/${key}`, atDeployTime)
}

function senderKey(key: string): string {
  return `${section}/sender/${key}`
}
