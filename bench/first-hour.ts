import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { postfixMissing, startPostfix } from './postfix.ts'
import { openSink } from './rig.ts'

/*
 * `npm run first-hour`: how long a newcomer needs, by README's own commands, from the clone to the
 * first captured email that is seen, and on to the first that a mail server got through a local
 * Postfix. Fails beyond the bounds.
 */

/** Of a machine with two cores and what `npm ci` fetches in npm's cache, in seconds. */
const bounds = { captured: 60, real: 300 }

const home = mkdtempSync(join(tmpdir(), 'postern-first-hour-'))
const checkout = join(home, 'postern')
const begin = performance.now()
const closers: (() => unknown)[] = [() => rmSync(home, { recursive: true, force: true })]
try {
  const captured = await untilCaptured()
  report('clone to the first captured email', captured, bounds.captured)
  const missing = postfixMissing()
  if (missing) console.log(`No email through Postfix: ${missing}.`)
  else report('clone to the first email through Postfix', await untilReal(), bounds.real)
} finally {
  for (const close of closers.reverse()) await close()
}

function report(what: string, seconds: number, bound: number) {
  console.log(`${what}: ${seconds.toFixed(1)} s (at most ${bound})`)
  if (seconds > bound) process.exitCode = 1
}

async function untilCaptured(): Promise<number> {
  execFileSync('git', ['clone', '--quiet', join(import.meta.dirname, '..'), checkout])
  const [install, send, list] = commandsOf(readFileSync(join(checkout, 'README.md'), 'utf8'))
  const environment = {
    ...process.env,
    POSTERN_PORT: String(await freePort()),
    POSTERN_SMTP_PORT: 'off',
  }
  Object.assign(process.env, { POSTERN_URL: `http://127.0.0.1:${environment.POSTERN_PORT}` })
  const options = { cwd: checkout, env: environment, detached: true, stdio: 'ignore' } as const
  const server = spawn('bash', ['-euc', install!], options)
  closers.push(async () => {
    process.kill(-server.pid!, 'SIGTERM')
    await once(server, 'close')
  })
  await answering(server)
  shell(send!)
  return seenAfter(() => shell(list!).includes('Hello'))
}

/** As README has it, but for what a Postfix of this machine does not ask: a login and TLS. */
async function untilReal(): Promise<number> {
  const sink = openSink()
  closers.push(() => sink.close())
  const postfix = await startPostfix(await sink.ask({ kind: 'port' }))
  closers.push(() => postfix.stop())
  const server = `smtp.host=127.0.0.1 smtp.port=${postfix.port} smtp.security=opportunistic`
  shell(`bin/postern settings set engine=smtp ${server} from.address=no-reply@example.com`)
  shell('bin/postern test-email you@example.com')
  await sink.ask({ kind: 'reached', count: 1 })
  return secondsSince()
}

function commandsOf(readme: string): string[] {
  return [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, language, code]) =>
    language === 'sh' ? [code!] : [],
  )
}

function shell(code: string): string {
  const here = code.replaceAll('http://127.0.0.1:8025', process.env['POSTERN_URL']!)
  return execFileSync('bash', ['-euc', here], { cwd: checkout, encoding: 'utf8' })
}

/** A person looks at a page or a list again until it is there. */
async function seenAfter(isThere: () => boolean): Promise<number> {
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 100))
  return secondsSince()
}

async function answering(server: { readonly exitCode: number | null }) {
  const ask = () => fetch(`${process.env['POSTERN_URL']}/livez`).catch(() => undefined)
  while (!(await ask())) {
    if (server.exitCode !== null) throw new Error('npm ci && npm start ended')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function secondsSince(): number {
  return (performance.now() - begin) / 1_000
}
