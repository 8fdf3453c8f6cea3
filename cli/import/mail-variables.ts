import { usage } from '../../machine/failure.ts'
import { readVariables, resolveVariables } from './dotenv.ts'
import { findings, type Findings } from './findings.ts'
import type { Imported } from './imported.ts'
import { carryMailbox } from './mailbox.ts'
import { carryServer, nameOf, withoutTls, type Entry } from './server.ts'
import { whatIs } from './what-is.ts'

/** The variables that one thing may be called by; the first that is there counts. */
export type Names = Readonly<
  Record<
    | 'mailer'
    | 'host'
    | 'port'
    | 'encryption'
    | 'username'
    | 'password'
    | 'fromAddress'
    | 'fromName'
    | 'heloName',
    readonly string[]
  >
>

interface VariablesFormat {
  readonly names: Names
  /** Which variables are about mail at all. */
  readonly pattern: RegExp
  readonly expected: string
  /** The drivers that the system really sent with; all that Postern knows unless said. */
  readonly worked?: readonly string[]
}

/** Reads mail variables out of a dotenv file. */
export function readMailVariables(text: string, format: VariablesFormat): Imported {
  const { names, pattern, expected } = format
  const found = findings()
  const all = readVariables(text)
  const variables = resolveVariables(all, found, (name) => pattern.test(name))
  if (![...all.keys()].some((name) => pattern.test(name)))
    throw usage(`expected ${expected}; found ${whatIs(text)}`)
  const entry = (thing: keyof Names) => entryOf(variables, names[thing])
  carryMailbox(found, entry('fromAddress'))
  found.carry(entry('fromName').key, 'from.name', entry('fromName').value)
  carryMailer(found, entry, format)
  leaveOthers(found, variables, names)
  return found.done()
}

type Find = (thing: keyof Names) => Entry & { readonly isSet: boolean }

/** The first of the names that is there, even empty: an empty one means "none" and hides the next. */
function entryOf(variables: ReadonlyMap<string, string>, names: readonly string[]) {
  const key = names.find((name) => variables.has(name)) ?? names[0]!
  return { key, value: variables.get(key) ?? '', isSet: variables.has(key) }
}

/** The drivers of Laravel, and what they are here. */
const engines = new Map([
  ['log', ['noop', 'capture']],
  ['array', ['noop', 'discard']],
  ['sendmail', ['sendmail']],
  ['ses', ['ses']],
])

function carryMailer(found: Findings, entry: Find, { worked }: VariablesFormat) {
  const { key, value } = entry('mailer')
  const driver = value.toLowerCase() || 'smtp'
  if (worked && !worked.includes(driver))
    found.correct(key, `mail counted as switched off with the driver "${driver}"`, 'it works here')
  if (driver === 'smtp') return carrySmtp(found, entry)
  const [engine, mode] = engines.get(driver) ?? []
  if (engine === undefined) {
    found.correct(
      key,
      `there is no engine like "${driver}"`,
      'engine noop: email is captured; see smtp.preset',
    )
    return found.carry(key, 'engine', 'noop')
  }
  found.carry(key, 'engine', engine)
  found.carry(key, 'noop.mode', mode)
  for (const thing of ['host', 'port', 'encryption', 'username', 'password'] as const)
    if (entry(thing).value !== '')
      found.leave(entry(thing).key, `not used by the driver "${driver}"`)
}

function carrySmtp(found: Findings, entry: Find) {
  const isSetUp = carryServer(found, {
    engine: entry('mailer').isSet ? entry('mailer').key : entry('host').key,
    host: entry('host'),
    port: entry('port'),
    security: securityOf(found, entry),
    username: entry('username'),
    password: entry('password'),
  })
  if (isSetUp) found.carry(entry('heloName').key, 'smtp.heloName', entry('heloName').value)
}

const securities = new Map([
  ['tls', 'starttls'],
  ['starttls', 'starttls'],
  ['ssl', 'tls'],
  ['smtps', 'tls'],
  ['true', 'tls'],
] as const)

/** `tls` has always meant STARTTLS in Laravel, and `ssl` TLS from the first byte. */
function securityOf(found: Findings, entry: Find) {
  const { key, value, isSet } = entry('encryption')
  if (!isSet) return { key: nameOf({ key, value }), value: 'starttls' as const }
  const security = securities.get(value.toLowerCase() as 'tls')
  return security ? { key, value: security } : withoutTls(found, key, entry('username'))
}

function leaveOthers(found: Findings, variables: ReadonlyMap<string, string>, names: Names) {
  const read = new Set(Object.values(names).flat())
  const used = new Set(Object.values(names).map((list) => entryOf(variables, list).key))
  for (const name of variables.keys())
    if (name.endsWith('SENDMAIL_PATH'))
      found.leave(name, 'which program runs is chosen where Postern is deployed: POSTERN_SENDMAIL')
    else if (read.has(name) && !used.has(name))
      found.leave(name, 'another variable is used instead')
    else if (!read.has(name)) found.leave(name, 'not known to this import')
}
