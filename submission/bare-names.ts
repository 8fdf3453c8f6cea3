import type { SMTPServer } from 'smtp-server'
import { bareDomain } from '../mail/email/address.ts'

type Connection = SMTPServer['connections'] extends Set<infer Each> ? Each : never

/**
 * Lets a client name `<root>` as sender or recipient: cron, mail(1) and RFC 5321 section 4.1.1.3
 * (`<Postmaster>`) leave the domain out, printers and scanners the brackets, as Postfix lets them.
 * smtp-server refuses that before any handler is asked.
 */
export function takeBareNames(connection: Connection) {
  const mail = connection.handler_MAIL.bind(connection)
  const rcpt = connection.handler_RCPT.bind(connection)
  connection.handler_MAIL = (command, next) => mail(withDomain(command), next)
  connection.handler_RCPT = (command, next) => rcpt(withDomain(command), next)
}

function withDomain(command: Buffer): Buffer {
  const line = command.toString('latin1').replace(bareAddress, '$1<$2>')
  return Buffer.from(line.replace(/^([^<]*:\s*<[^<>@\s]+)>/, `$1@${bareDomain}>`), 'latin1')
}

/** Followed by nothing but parameters. */
const bareAddress = /^([A-Z]+ [A-Z]+:[ \t]*)([^<>\s:"]+@[^<>\s:"]+)(?=[^<>]*$)/i
