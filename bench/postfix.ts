import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'

/** A Postfix of our own that relays to the sink, separate from any that the machine runs. */
interface Postfix {
  readonly port: number
  /** Its master, the parent of all that works for it. */
  readonly pid: number
  stop(): Promise<void>
}

/** Why there can be no Postfix here; undefined when there can. */
export function postfixMissing(): string | undefined {
  const missing = ['postfix', 'smtp-source'].filter((program) => !isInstalled(program))
  if (missing.length > 0) return `${missing.join(' and ')} not installed`
  return process.getuid?.() === 0 ? undefined : 'only root may start one'
}

export async function startPostfix(sinkPort: number): Promise<Postfix> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-postfix-'))
  // Its daemons run as another user and must get in.
  chmodSync(directory, 0o755)
  const port = await freePort()
  for (const name of ['etc', 'spool']) mkdirSync(join(directory, name))
  mkdirSync(join(directory, 'data'))
  execFileSync('chown', ['postfix', join(directory, 'data')])
  writeFileSync(join(directory, 'etc/main.cf'), mainCf(directory, sinkPort))
  writeFileSync(join(directory, 'etc/master.cf'), masterCf(port))
  const control = (verb: string) => run('postfix', ['-c', join(directory, 'etc'), verb], { env })
  await control('start')
  const pid = Number(readFileSync(join(directory, 'spool/pid/master.pid'), 'utf8'))
  return {
    port,
    pid,
    async stop() {
      await control('stop')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Postfix's own load: so many emails to the server at a port; resolves when it took the last. */
export async function runSource(
  port: number,
  { clients, kilobytes }: { readonly clients: number; readonly kilobytes: number },
  total: number,
): Promise<void> {
  const words = ['-s', clients, '-m', total, '-l', kilobytes * 1_024, '-f', 'shop@example.com']
  const target = ['-t', 'user@example.net', `127.0.0.1:${port}`]
  const source = spawn('smtp-source', [...words.map(String), ...target], { env, stdio: 'inherit' })
  const [code] = (await once(source, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`)
}

const run = promisify(execFile)

/** Debian keeps both programs where only root's PATH looks. */
const env = { PATH: `${process.env['PATH']}:/usr/sbin` }

function isInstalled(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { env, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Postfix's own defaults but for what a relay on loopback needs, and without its brakes. */
function mainCf(directory: string, sinkPort: number): string {
  const settings = {
    compatibility_level: '3.6',
    queue_directory: join(directory, 'spool'),
    data_directory: join(directory, 'data'),
    maillog_file: join(directory, 'data/log'),
    maillog_file_prefixes: directory,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'bench.example.com',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    relayhost: `[127.0.0.1]:${sinkPort}`,
    alias_maps: '',
    local_recipient_maps: '',
    smtp_host_lookup: 'native',
    disable_dns_lookups: 'yes',
    smtpd_client_connection_count_limit: '0',
    smtp_destination_concurrency_limit: '20',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  return `${lines.join('\n')}\n`
}

/** service type private unpriv chroot wakeup maxproc command (master(5)). */
function masterCf(port: number): string {
  return `127.0.0.1:${port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`
}
