import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../bench/free-port.ts'

/** A real Postfix of our own that relays to a port of the loopback. */
export interface Postfix {
  readonly port: number
  stop(): void
}

const program = '/usr/sbin/postfix'

/** Why Postfix cannot run here, if so. */
export const noPostfix = !existsSync(program)
  ? 'Postfix is not installed'
  : process.getuid?.() !== 0
    ? 'Postfix starts only as root'
    : undefined

/**
 * Starts an instance with its own configuration, queue and ports; the one of the system, should
 * there be any, is left alone. STARTTLS is required. `refused@` anywhere does not exist.
 */
export async function startPostfix(
  relayPort: number,
  tls: { key: string; cert: string },
): Promise<Postfix> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-postfix-'))
  // Its processes run as the user postfix.
  chmodSync(directory, 0o755)
  const port = await freePort()
  for (const folder of ['queue', 'data']) mkdirSync(join(directory, folder))
  execFileSync('chown', ['postfix', join(directory, 'data')])
  writeFileSync(join(directory, 'tls.pem'), tls.key + tls.cert, { mode: 0o600 })
  writeFileSync(join(directory, 'main.cf'), mainCf(directory, relayPort))
  writeFileSync(join(directory, 'master.cf'), masterCf(port))
  const run = (command: string) =>
    execFileSync(program, ['-c', directory, command], { stdio: 'pipe', timeout: 30_000 })
  run('start')
  return {
    port,
    stop() {
      run('stop')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function mainCf(directory: string, relayPort: number): string {
  return `compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
maillog_file = ${directory}/log
maillog_file_prefixes = ${directory}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.own.test
mydestination =
relayhost = [127.0.0.1]:${relayPort}
mynetworks = 127.0.0.0/8
smtpd_tls_chain_files = ${directory}/tls.pem
smtpd_tls_security_level = encrypt
smtpd_recipient_restrictions =
  check_recipient_access inline:{ {refused@ = 550 5.1.1 no such user} },
  permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_tls_security_level = none
smtp_dns_support_level = disabled
alias_maps =
`
}

/** service type private unpriv chroot wakeup maxproc command */
function masterCf(port: number): string {
  const inner = [
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ]
  return [`127.0.0.1:${port} inet n - n - - smtpd`, ...inner, ''].join('\n')
}
