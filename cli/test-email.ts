import type { Command } from 'commander'
import type { TestEmail } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf } from './client.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import { plainLine } from './plain-text.ts'
import type { Terminal } from './terminal.ts'

/** `postern test-email`. */
export function addTestEmail(program: Command, terminal: Terminal) {
  program
    .command('test-email [to]')
    .description('send a test email through everything and show what became of it')
    .option('--locale <tag>', 'the language')
    .addHelpText('after', manual)
    .action(async (to: string | undefined, options: { locale?: string }, command: Command) => {
      const client = clientOf(command, terminal)
      const sent = await client.call<TestEmail>('POST', '/v1/test-email', { to, ...options })
      answer(command, terminal, sent, inWords)
      if (!['sent', 'captured', 'discarded'].includes(sent.state))
        throw new Failure(exitCodes.no, 'the test email has not left')
    })
}

const manual = `
Examples:
  postern test-email                     to the default sender address
  postern test-email me@example.com --locale pt-BR

It is made from your template "test" if you have one, else from that of the starter set.

Exit codes: 0 it left or was captured, 1 it did not, 2 wrong usage, 3 Postern cannot be reached.
`

function inWords({ id, state, reason }: TestEmail): string {
  return plainLine(`${state}${reason ? `: ${reason}` : ''} (${id})`)
}
