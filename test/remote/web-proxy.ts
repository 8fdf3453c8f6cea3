import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { generate } from 'selfsigned'
import { onTestFinished } from 'vitest'
import { freePort } from '../../bench/free-port.ts'

const programs = { nginx: '/usr/sbin/nginx', caddy: '/usr/bin/caddy' } as const

type Proxy = keyof typeof programs

/** Where `.ci/run` unpacks it, or of this machine; undefined where it is not there. */
export function proxyProgram(proxy: Proxy): string | undefined {
  const roots = [process.env['POSTERN_MAIL_SERVERS'] ?? '', '']
  return roots.map((root) => root + programs[proxy]).find((path) => existsSync(path))
}

/** A proxy with TLS for `mail.example.com`, on a port of this machine. */
export interface WebProxy {
  readonly port: number
  /** Its certificate, in PEM. */
  readonly ca: string
}

interface Places {
  readonly directory: string
  readonly port: number
  readonly cert: string
  readonly key: string
}

/** Runs a proxy until the test ends. */
export async function startProxy(
  proxy: Proxy,
  configure: (places: Places) => string,
): Promise<WebProxy> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-proxy-'))
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  const made = await generate([{ name: 'commonName', value: 'mail.example.com' }])
  writeFileSync(cert, made.cert)
  writeFileSync(key, made.private)
  const port = await freePort()
  const file = join(directory, 'Caddyfile')
  writeFileSync(file, configure({ directory, port, cert, key }))
  const words = {
    nginx: ['-p', directory, '-e', join(directory, 'errors'), '-c', file],
    caddy: ['run', '--config', file, '--adapter', 'caddyfile'],
  }[proxy]
  const child = spawn(proxyProgram(proxy)!, words, {
    stdio: 'ignore',
    env: { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
  })
  onTestFinished(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(directory, { recursive: true })
  })
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${proxy} ended with ${child.exitCode}`)
    await wait(20)
  }
  return { port, ca: made.cert }
}

function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return once(socket, 'connect').then(
    () => {
      socket.destroy()
      return true
    },
    () => false,
  )
}
