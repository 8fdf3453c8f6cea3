import type { Command } from 'commander'
import type { QueueDepth } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf } from './client.ts'
import { queueRows } from './status.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern queue`. */
export function addQueue(program: Command, terminal: Terminal) {
  program
    .command('queue')
    .description('show how many emails wait, and for how long')
    .addHelpText('after', manual)
    .action(async (_options, command: Command) => {
      const client = clientOf(command, terminal)
      const depth = await client.call<QueueDepth>('GET', '/v1/queue')
      answer(command, terminal, depth, (queue, page) =>
        table(['QUEUE', 'EMAILS'], queueRows(queue), page),
      )
    })
}

const manual = `
Examples:
  postern queue
  postern queue --json

See also: postern emails list --state held, postern dead-letters list

Exit codes: 0 fine, 3 Postern cannot be reached.
`
