import module from 'node:module'
import type { Command } from 'commander'
import { startVariables } from '../machine/environment.ts'
import { plainJson } from './plain-text.ts'
import type { RunningPostern } from '../machine/start.ts'
import { needSqlite } from './need-sqlite.ts'
import type { Terminal } from './terminal.ts'

/** `postern start`. */
export function addStart(program: Command, terminal: Terminal) {
  program
    .command('start')
    .description('run Postern in this process, until SIGTERM or SIGINT')
    .addHelpText('after', manual)
    .action(async (_options, command: Command) => {
      await needSqlite('postern start')
      const [{ startPostern }, { readyLine, welcome }] = await Promise.all([
        import('../machine/start.ts'),
        import('./welcome.ts'),
      ])
      const { env, isWatched, print, remark } = terminal
      // Where output goes to a log the key goes to a file instead.
      const showKey = isWatched ? (token: string) => print(keyNotice(token)) : undefined
      const starting = startPostern({ env, write: remark, showKey })
      process.on('SIGHUP', () => {
        void starting.then(
          (one) => one.renew(),
          () => undefined,
        )
      })
      // A terminal or a pipe that has gone takes the log with it, not the mail.
      process.stderr.on('error', () => undefined)
      const running = await starting
      const { json } = command.optsWithGlobals<{ json?: boolean }>()
      print(json ? plainJson(await readyLine(running)) : await welcome(running))
      // Not only at the end, which kill -9 leaves out.
      module.flushCompileCache()
      await untilSignal(running, terminal)
    })
}

const manual = `
Environment:
${startVariables.map(([name, meaning]) => `  ${name.padEnd(21)} ${meaning}`).join('\n')}

Examples:
  postern start
  POSTERN_PORT=9000 POSTERN_DATA=/var/lib/postern postern start
  POSTERN_LOCKS='{"engine":"noop"}' postern start

Trouble is logged on standard error, one JSON line for each kind of it.
SIGHUP: reads the certificates again, and never stops it.
SIGTERM or SIGINT: stops taking email, finishes what is being sent; a second one exits at once.
`

function keyNotice(token: string): string {
  return `This Postern is reachable from other machines, so callers need an API key.
The first one, with full access, shown only now:

  export POSTERN_API_KEY=${token}
`
}

/**
 * Npm hands Ctrl-C on to a program that got it from the terminal already: a second signal so soon
 * is the same one. In milliseconds.
 */
const sameSignalMs = 1_000

/** Waits for a signal and stops; a second one exits at once, with the shell's code for it. */
async function untilSignal(running: RunningPostern, { isWatched, remark }: Terminal) {
  await new Promise<void>((resolve) => {
    let since: number | undefined
    const onSignal = (_signal: string, number: number) => {
      if (since === undefined) {
        since = performance.now()
        if (isWatched) remark('Stopping; press again to exit at once.\n')
        resolve()
      } else if (performance.now() - since > sameSignalMs) process.exit(128 + number)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
  await running.stop()
}
