import type { Command } from 'commander'
import type { Health, QueueDepth } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf } from './client.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import { type Page, table } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern status`. */
export function addStatus(program: Command, terminal: Terminal) {
  program
    .command('status')
    .description('show whether mail works and what waits')
    .addHelpText('after', manual)
    .action(async (_options, command: Command) => {
      const health = await clientOf(command, terminal).call<Health>('GET', '/v1/health')
      answer(command, terminal, health, inWords)
      if (health.status !== 'ok') throw new Failure(exitCodes.no, 'something needs attention')
    })
}

const manual = `
Examples:
  postern status
  postern status --json --url https://mail.example.com

Exit codes: 0 all is well; 1 something needs attention: mail does not leave, an engine takes nothing,
emails are held or were given up, the disk is full or cannot be used, the settings are broken, or
the API key is wrong; 2 wrong usage; 3 Postern cannot be reached.
`

function inWords({ status, mailer, queue, settings, storage }: Health, page: Page): string {
  return table(
    ['STATUS', status],
    [
      ...(mailer.engine ? [['engine', mailer.engine.join(', ')]] : []),
      ['mail works', mailer.valid ? 'yes' : 'no'],
      ...(storage ? [['storage', storage]] : []),
      ...troubleRows(mailer),
      ...(queue ? queueRows(queue) : []),
      ...(settings?.faults ?? []).map(({ path, rule }) => ['settings fault', `${path}: ${rule}`]),
    ],
    page,
  )
}

/** Engine by engine: since when it takes nothing, and why. */
function troubleRows({ trouble = [], reason }: Health['mailer']): string[][] {
  if (trouble.length === 0) return reason ? [['because', reason]] : []
  return trouble.flatMap(({ engine, kind, since, reason }) => [
    ...(since === null ? [] : [[`${engine} ${kind} since`, since]]),
    ['because', reason],
  ])
}

/** What the API says about the queue, in words. */
export function queueRows(queue: QueueDepth): [string, number | string][] {
  return Object.entries(queue).map(([name, count]) => [words[name] ?? name, count ?? '-'])
}

const words: Readonly<Record<string, string>> = {
  depth: 'waiting',
  deadLetters: 'dead letters',
  oldestAgeSeconds: 'oldest waits, s',
}
