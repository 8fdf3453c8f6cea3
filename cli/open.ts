import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Command } from 'commander'
import { usage } from '../machine/failure.ts'
import { baseUrl, targetOf } from './client.ts'
import type { Terminal } from './terminal.ts'

/** `postern open`. */
export function addOpen(program: Command, terminal: Terminal) {
  program
    .command('open')
    .description('open the console in the browser')
    .addHelpText('after', manual)
    .action(async (_options, command: Command) => {
      const { url, stack } = targetOf(command, terminal.env)
      if (stack) throw usage('a stack has its console at ApiUrl, one of its outputs: give --url')
      const address = baseUrl(url)
      terminal.print(address)
      if (terminal.isWatched) await openInBrowser(address)
    })
}

const manual = `
Examples:
  postern open
  postern open --url https://mail.example.com

It prints the address too, which is all it does where there is no terminal or no browser.
`

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  // Not "start", which is a command of the shell: that would read the address once more.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Where there is no browser, the address that was printed is the answer. */
async function openInBrowser(address: string): Promise<void> {
  const [program, ...words] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(program!, [...words, address], { stdio: 'ignore', detached: true })
  await once(child, 'spawn').catch(() => undefined)
  child.unref()
}
