import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Host } from './host.ts'
import type { Installed } from './install.ts'

/** In milliseconds; Postern starts in half a second where nothing else runs. */
const longestStartMs = 120_000

/** What becomes of starting it and sending an email, in a few words. */
export async function tryOut(host: Host, installed: Installed): Promise<string> {
  if (installed.failed) return `npm fails: ${sentenceIn(installed.said)}`
  const started = await start(host, installed)
  const refused = installed.said.match(/EBADENGINE Unsupported engine/g)?.length ?? 0
  const remarks = [
    ...(refused > 0 ? [`${refused} × EBADENGINE`] : []),
    ...(started.said.includes('ExperimentalWarning') ? ['SQLite warning'] : []),
  ]
  try {
    const word = started.url ? await useOf(started.url) : `says: ${sentenceIn(started.said)}`
    return [word, ...remarks].join('; ')
  } finally {
    await stopped(started.child)
  }
}

async function start({ env }: Host, { directory, start: [program, ...words] }: Installed) {
  const child = spawn(program!, words, {
    cwd: directory,
    env: { ...env, POSTERN_PORT: '0', POSTERN_DATA: join(directory, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm and npx start it as their child: the whole group is ended.
    detached: true,
  })
  let said = ''
  let url: string | undefined
  await new Promise<void>((resolve) => {
    const hear = (chunk: Buffer) => {
      said += String(chunk)
      url = /ready at (\S+)/.exec(said)?.[1]
      if (url) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', () => resolve())
    setTimeout(resolve, longestStartMs).unref()
  })
  return { child, said, url }
}

/** Sends an email, and looks at the first page. */
async function useOf(url: string): Promise<string> {
  const email = { from: 'me@own.test', to: 'you@there.test', subject: 'Hello', text: 'It works.' }
  const body = JSON.stringify(email)
  const { status } = await fetch(`${url}/emails`, { method: 'POST', body })
  if (status !== 200) return `answers ${status} to an email`
  const page = await (await fetch(url)).text()
  return page.includes('/console/assets/') ? 'works' : 'works, without the console'
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  process.kill(-child.pid!, 'SIGKILL')
  await gone
}

/** Of all that npm and Node print around it. */
export function sentenceIn(said: string): string {
  const lines = said.split('\n').map((line) => line.trim())
  const own = lines.find((line) => /^postern:? /i.test(line))
  return own ?? lines.find((line) => /error|cannot/i.test(line)) ?? lines.at(0) ?? ''
}
