import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { freePort } from '../../bench/free-port.ts'

/** Where `.ci/run` unpacks it; that of the machine is there too. */
const roots = [process.env['POSTERN_MAIL_SERVERS'] ?? '', '']

const program = roots.map((root) => `${root}/usr/sbin/spamd`).find((path) => existsSync(path))

/** Why there is no SpamAssassin here, if so: its rules and library are a package of their own. */
export const noSpamd =
  program !== undefined && existsSync('/usr/share/spamassassin') ? undefined : 'no SpamAssassin'

/** A real spamd with the rules that need no network, until it is stopped. */
export async function startSpamd() {
  const port = await freePort()
  const place = ['--listen', `127.0.0.1:${port}`, '--syslog', 'null']
  const args = [
    '--local',
    '--nouser-config',
    '--max-children',
    '1',
    '--min-children',
    '1',
    ...place,
  ]
  const child = spawn(program!, args, { stdio: 'ignore' })
  while (child.exitCode === null && !(await answers(port)))
    await new Promise((resolve) => setTimeout(resolve, 50))
  if (child.exitCode !== null) throw new Error(`spamd ended with ${child.exitCode}`)
  return {
    place: `127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isThere = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  return isThere
}
