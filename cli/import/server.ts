import type { Settings } from '../../mail/settings/settings.ts'
import type { Findings } from './findings.ts'

/** A value, and the name under which the file has it. */
export interface Entry {
  readonly key: string
  readonly value: string
}

/** An SMTP server as an earlier system was configured with it. */
interface Server {
  /** The key that chose SMTP. */
  readonly engine: string
  readonly host: Entry
  readonly port: Entry
  readonly security: { readonly key: string; readonly value: Settings['smtp']['security'] }
  readonly username: Entry
  readonly password: Entry
  /** What the system does when no server is set, where that is worth knowing. */
  readonly unset?: string
}

/**
 * Makes SMTP settings of it and mends what never worked. A server that was never filled in becomes
 * the engine `noop`: email is captured until a real one is named.
 *
 * @returns whether SMTP is set up now
 */
export function carryServer(findings: Findings, server: Server): boolean {
  const { host, port } = separate(findings, server)
  const reason = faultOfHost(host.value, server.unset)
  if (reason === undefined && findings.carry(host.key, 'smtp.host', host.value)) {
    carryPort(findings, port, server.security)
    carryLogin(findings, server)
    return findings.carry(server.engine, 'engine', 'smtp')
  }
  if (reason !== undefined)
    findings.correct(host.key, reason, 'engine noop: email is captured until smtp.host is set')
  leaveLogin(findings, server, 'it belongs to a server that was never set')
  findings.carry(server.engine, 'engine', 'noop')
  return false
}

/** One form used to glue the port to the host. */
function separate(findings: Findings, { host, port }: Server): Pick<Server, 'host' | 'port'> {
  const [, name, glued] = /^([^:]+):(\d{1,5})$/.exec(host.value) ?? []
  if (name === undefined || glued === undefined) return { host, port }
  findings.correct(host.key, `the port ${glued} is part of the host`, 'taken apart')
  return {
    host: { key: host.key, value: name },
    port: { key: host.key, value: glued },
  }
}

/** RFC 2606 section 3, and what the systems put there themselves. */
const placeholder = /^(?:(?:.+\.)?example\.(?:com|net|org)|my\.smtp\.server)$/i

function faultOfHost(host: string, unset = ''): string | undefined {
  if (host === '') return `no server is named${unset}`
  return placeholder.test(host) ? `${host} is an example, not a server${unset}` : undefined
}

/** The security of a server without a setting for TLS: never less than it offers. */
export function withoutTls(findings: Findings, key: string, username: Entry): Server['security'] {
  if (username.value !== '')
    findings.correct(
      key,
      'no TLS is asked for: the password crossed the network in the clear',
      'smtp.security opportunistic: TLS where the server offers it, and no password without it',
    )
  return { key, value: 'opportunistic' }
}

const portsOfTls = [465]
const portsOfStarttls = [25, 587]

function carryPort(findings: Findings, port: Entry, security: Server['security']) {
  const number = /^\d{1,5}$/.test(port.value) ? Number(port.value) : undefined
  const usual = security.value === 'tls' ? 465 : 587
  if (number === undefined && port.value !== '')
    findings.correct(port.key, 'not a port number', `port ${usual}`)
  const cured = cureOf(number ?? usual, security.value)
  if (cured) findings.correct(security.key, cured.what, `smtp.security ${cured.security}`)
  findings.carry(nameOf(port), 'smtp.port', number ?? usual)
  findings.carry(security.key, 'smtp.security', cured?.security ?? security.value)
}

/** The name of a value for people: one that is not there was decided for them. */
export function nameOf({ key, value }: Entry): string {
  return value === '' ? `${key} (left out)` : key
}

/** RFC 8314 section 7.3: 465 is TLS from the first byte; 25 and 587 begin in the clear. */
function cureOf(port: number, security: Server['security']['value']) {
  if (portsOfTls.includes(port) && security !== 'tls')
    return {
      what: `port ${port} speaks TLS from the first byte: without it no greeting ever comes`,
      security: 'tls',
    } as const
  if (portsOfStarttls.includes(port) && security === 'tls')
    return {
      what: `port ${port} begins in the clear: TLS from the first byte ends in "wrong version number"`,
      security: 'starttls',
    } as const
  return undefined
}

function carryLogin(findings: Findings, server: Server) {
  const { username, password } = server
  if (username.value === '')
    return leaveLogin(findings, server, 'without a user name there is no login')
  findings.carry(username.key, 'smtp.username', username.value)
  if (password.value !== '') findings.secret(password.key, 'smtp.password', password.value)
}

function leaveLogin(findings: Findings, { username, password }: Server, why: string) {
  for (const { key, value } of [username, password]) if (value !== '') findings.leave(key, why)
}
