import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:net'
import { ImapFlow } from 'imapflow'
import { generate } from 'selfsigned'
import { onTestFinished } from 'vitest'
import { freePort } from '../../bench/free-port.ts'

/** Where `.ci/run` unpacks servers; those of the machine are there too. */
const roots = [process.env['POSTERN_MAIL_SERVERS'] ?? '', '']

const programs = ['/usr/sbin/dovecot', '/usr/bin/doveconf'] as const

const root = roots.find((one) => programs.every((program) => existsSync(one + program)))

/** Why there is no Dovecot here, if so; its libraries are looked for at this one place. */
export const noDovecot =
  root === undefined || !existsSync('/usr/lib/dovecot/imap-login')
    ? 'no Dovecot'
    : process.getuid?.() === 0
      ? undefined
      : 'Dovecot starts only as root'

/** A real IMAP server with one account, on free ports, until the test ends. */
export interface Dovecot {
  /** TLS from the first byte, with a certificate for `localhost` of its own making. */
  readonly port: number
  readonly ca: string
  readonly user: string
  readonly password: string
  /** Puts an email into the inbox, as delivery would. */
  readonly deliver: (email: string) => Promise<void>
  /** Each email of a folder: its subject, and whether it is unread. */
  readonly list: (folder?: string) => Promise<[subject: string, isUnread: boolean][]>
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
}

export async function startDovecot(): Promise<Dovecot> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-dovecot-'))
  chmodSync(directory, 0o755)
  const [user, password] = ['pm@own.test', 'its secret']
  const port = await freePort()
  const ca = await prepare(directory, port, `${user}:{PLAIN}${password}\n`)
  let running: ChildProcess | undefined

  async function start() {
    const config = join(directory, 'dovecot.conf')
    const server = [`${root}/usr/sbin/dovecot`, '-F', '-c', config]
    const args = ['-f', 'service=master', '-c', config, '-m', 'master', '-p', '-e', ...server]
    running = spawn(`${root}/usr/bin/doveconf`, args, { stdio: 'ignore' })
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  async function stop() {
    if (running?.exitCode !== null) return
    running.kill('SIGTERM')
    await once(running, 'exit')
  }

  async function asClient<T>(ask: (client: ImapFlow) => Promise<T>): Promise<T> {
    const auth = { user, pass: password }
    const tls = { ca, servername: 'localhost' }
    const client = new ImapFlow({ host: 'localhost', port, secure: true, auth, tls, logger: false })
    await client.connect()
    try {
      return await ask(client)
    } finally {
      await client.logout()
    }
  }

  await start()
  onTestFinished(async () => {
    await stop()
    rmSync(directory, { recursive: true, force: true })
  })
  return {
    ...{ port, ca, user, password, start, stop },
    deliver: (email) => asClient(async (client) => void (await client.append('INBOX', email))),
    list: (folder = 'INBOX') =>
      asClient(async (client) => {
        await client.mailboxOpen(folder, { readOnly: true })
        const all = await client.fetchAll('1:*', { envelope: true, flags: true })
        return all.map(({ envelope, flags }) => [envelope?.subject ?? '', !flags?.has('\\Seen')])
      }),
  }
}

async function prepare(directory: string, port: number, passwords: string): Promise<string> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  write('cert.pem', cert)
  write('key.pem', key)
  write('passwords', passwords)
  write('dovecot.conf', configOf(directory, port))
  mkdirSync(join(directory, 'mail'))
  execFileSync('chown', ['nobody', join(directory, 'mail')])
  return cert
}

function configOf(directory: string, port: number): string {
  return `base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
ssl = required
ssl_cert = <${directory}/cert.pem
ssl_key = <${directory}/key.pem
passdb {
  driver = passwd-file
  args = ${directory}/passwords
}
userdb {
  driver = static
  args = gid=nogroup home=${directory}/mail/%u uid=nobody
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
  }
}
`
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
