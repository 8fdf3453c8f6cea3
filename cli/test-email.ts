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
    .addHelpText('after', manual)
    .action(async (to: string | undefined, _options, command: Command) => {
      const client = clientOf(command, terminal)
      const sent = await client.call<TestEmail>('POST', '/v1/test-email', { to })
      answer(command, terminal, sent, inWords)
      if (!['sent', 'captured', 'discarded'].includes(sent.state))
        throw new Failure(exitCodes.no, 'the test email has not left')
    })
}

const manual = `
Examples:
  postern test-email                     to the default sender address
  postern test-email me@example.com

Exit codes: 0 it left or was captured, 1 it did not, 2 wrong usage, 3 Postern cannot be reached.
`

function inWords({ id, state, reason }: TestEmail): string {
  return plainLine(`${state}${reason ? `: ${reason}` : ''} (${id})`)
}
