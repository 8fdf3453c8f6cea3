import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../bench/free-port.ts'

/**
 * A real mail server of our own that takes everything, hands it to `nextHop`, and returns what that
 * refuses to the bounce domain `b.own.test` at `bounces`. `alias@` anywhere is sent on to
 * `gone@forward.test`. It gives up after some seconds.
 */
export interface BouncingServer {
  readonly port: number
  stop(): Promise<void>
}

export interface Ways {
  readonly nextHop: number
  readonly bounces: number
}

/** Where `.ci/run` puts servers whose packages cannot be installed next to each other. */
const root = process.env['POSTERN_MAIL_SERVERS'] ?? ''

const asRoot = process.getuid?.() === 0

function missing(program: string): string | undefined {
  if (!existsSync(program)) return `${program} is not there`
  return asRoot ? undefined : 'it starts only as root'
}

export const bouncingServers = {
  Postfix: { start: startPostfix, missing: missing('/usr/sbin/postfix') },
  Exim: { start: startExim, missing: missing(`${root}/usr/sbin/exim4`) },
  OpenSMTPD: { start: startOpenSmtpd, missing: missing(`${root}/usr/sbin/smtpd`) },
} as const

function directoryFor(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `postern-${name}-`))
  chmodSync(directory, 0o755)
  return directory
}

async function startPostfix({ nextHop, bounces }: Ways): Promise<BouncingServer> {
  const directory = directoryFor('postfix')
  const port = await freePort()
  for (const folder of ['queue', 'data']) mkdirSync(join(directory, folder))
  execFileSync('chown', ['postfix', join(directory, 'data')])
  writeFileSync(
    join(directory, 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
maillog_file = ${directory}/log
maillog_file_prefixes = ${directory}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.test
mydestination =
relayhost = [127.0.0.1]:${nextHop}
transport_maps = inline:{ {b.own.test = smtp:[127.0.0.1]:${bounces}} }
virtual_alias_maps = inline:{ {alias@example.test = gone@forward.test} }
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
alias_maps =
delay_warning_time = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
maximal_queue_lifetime = 4s
bounce_queue_lifetime = 4s
`,
  )
  const inner = [
    ...['cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 1 1 qmgr'],
    ...['rewrite unix - - n - - trivial-rewrite', 'bounce unix - - n - 0 bounce'],
    ...['defer unix - - n - 0 bounce', 'trace unix - - n - 0 bounce'],
    ...['flush unix n - n 1000? 0 flush', 'proxymap unix - - n - - proxymap'],
    ...['smtp unix - - n - - smtp', 'error unix - - n - - error', 'retry unix - - n - - error'],
    ...['anvil unix - - n - 1 anvil', 'scache unix - - n - 1 scache'],
    'postlog unix-dgram n - n - 1 postlogd',
  ]
  const master = [`127.0.0.1:${port} inet n - n - - smtpd`, ...inner, ''].join('\n')
  writeFileSync(join(directory, 'master.cf'), master)
  const run = (command: string) =>
    execFileSync('/usr/sbin/postfix', ['-c', directory, command], { stdio: 'pipe' })
  run('start')
  return {
    port,
    async stop() {
      run('stop')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function startExim({ nextHop, bounces }: Ways): Promise<BouncingServer> {
  const directory = directoryFor('exim')
  const port = await freePort()
  execFileSync('chown', ['Debian-exim', directory])
  const relay = (to: number) => `driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = to_${to}`
  const transport = (to: number) => `to_${to}:
  driver = smtp
  port = ${to}
  allow_localhost
  hosts_avoid_tls = *`
  writeFileSync(
    join(directory, 'exim.conf'),
    `primary_hostname = relay.test
spool_directory = ${directory}/spool
log_file_path = ${directory}/%slog
pid_file_path = ${directory}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
tls_advertise_hosts =
dsn_advertise_hosts = *
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
never_users =
exim_path = ${root}/usr/sbin/exim4
acl_smtp_rcpt = accept
acl_smtp_data = accept
delay_warning = 1s
begin routers
alias:
  driver = redirect
  local_parts = alias
  data = gone@forward.test
returned:
  domains = b.own.test
  ${relay(bounces)}
others:
  ${relay(nextHop)}
begin transports
${transport(bounces)}
${transport(nextHop)}
begin retry
* * F,3s,1s
`,
  )
  const exim = `${root}/usr/sbin/exim4`
  const args = ['-C', join(directory, 'exim.conf'), '-bdf', '-q1s']
  const child = spawn(exim, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  await answers(port)
  return { port, stop: () => ended(child, directory) }
}

/** Its directories are compiled in: one at a time. */
async function startOpenSmtpd({ nextHop, bounces }: Ways): Promise<BouncingServer> {
  const directory = directoryFor('opensmtpd')
  const port = await freePort()
  mkdirSync('/var/lib/opensmtpd/empty', { recursive: true })
  writeFileSync(
    join(directory, 'smtpd.conf'),
    `table sent_on { "alias@example.test" = "gone@forward.test" }
listen on 127.0.0.1 port ${port} hostname relay.test
queue ttl 4s
bounce warn-interval 1s
action returned relay host smtp://127.0.0.1:${bounces}
action sent_on expand-only virtual <sent_on>
action others relay host smtp://127.0.0.1:${nextHop}
match from any for domain "b.own.test" action returned
match from any for rcpt-to "alias@example.test" action sent_on
match from any for any action others
`,
  )
  const args = ['-d', '-f', join(directory, 'smtpd.conf')]
  const child = spawn(`${root}/usr/sbin/smtpd`, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  if (process.env['POSTERN_MAIL_SERVERS_LOG']) child.stderr.pipe(process.stderr)
  else child.stderr.resume()
  await answers(port)
  return { port, stop: () => ended(child, directory) }
}

type Child = ReturnType<typeof spawn>

async function ended(child: Child, directory: string) {
  child.kill()
  await once(child, 'exit')
  rmSync(directory, { recursive: true, force: true })
}

/** Until something answers there. */
async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = createConnection(port, '127.0.0.1')
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on port ${port}`)
}
