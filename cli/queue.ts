import type { Command } from 'commander'
import type { PausedLane, PausedLanes, QueueView } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf } from './client.ts'
import { pausedRows, queueRows, senderRows } from './status.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'
import { shown, watchOption } from './watch.ts'

/** `postern queue`. */
export function addQueue(program: Command, terminal: Terminal) {
  const queue = program
    .command('queue')
    .description('show what waits for whom, and for how long; pause and resume a part of it')
    .option(...watchOption)
    .addHelpText('after', manual)
    .action(async ({ watch }: { watch?: boolean }, command: Command) => {
      const client = clientOf(command, terminal)
      await shown(watch, terminal, async () =>
        answer(command, terminal, await client.call<QueueView>('GET', '/v1/queue'), inWords),
      )
    })
  queue
    .command('pause <stream> [domain]')
    .description('let bulk, or what of a stream goes to one domain, wait until it is resumed')
    .option('--reason <text>', 'shown wherever it is shown that it is paused')
    .action(async (stream: string, domain: string | undefined, { reason }, command: Command) => {
      const wish = { stream, domain, reason: reason as string | undefined }
      await change(command, 'pause', wish)
    })
  queue
    .command('resume <stream> [domain]')
    .description('let it go on')
    .action(async (stream: string, domain: string | undefined, _options, command: Command) => {
      await change(command, 'resume', { stream, domain })
    })

  async function change(command: Command, deed: 'pause' | 'resume', wish: object) {
    const client = clientOf(command, terminal)
    const now = await client.call<PausedLanes>('POST', `/v1/queue/${deed}`, wish)
    answer(command, terminal, now, ({ paused }, page) => pausedInWords(paused, page))
  }
}

const manual = `
Examples:
  postern queue
  postern queue pause bulk --reason 'the wrong list'
  postern queue pause transactional example.com
  postern queue resume bulk

What is paused waits for three days at most; then it is held for a person to decide.
See also: postern senders, postern emails list --state held, postern dead-letters list

Exit codes: 0 fine, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

function inWords(queue: QueueView, page: Page): string {
  const { lanes, streams } = queue
  return [
    table(['QUEUE', 'EMAILS'], rowsOf(queue), page),
    table(loadHeadings('STREAM', 'SHARE', 'IN USE'), streams.map(streamRow), page),
    ...(lanes.length > 0 ? [table(loadHeadings('LANE'), lanes.map(laneRow), page)] : []),
    ...partInWords(queue),
  ].join('\n\n')
}

function rowsOf(queue: QueueView) {
  return [...queueRows(queue), ...pausedRows(queue.paused), ...senderRows(queue.senders)]
}

function partInWords({ isWhole, newest }: QueueView): string[] {
  if (isWhole) return []
  return newest === null
    ? ['more waits than was counted: these are of a part of it']
    : [`streams and lanes are of the ${newest} emails that were accepted last`]
}

function loadHeadings(...first: string[]): string[] {
  return [...first, 'WAITING', 'SENDING', 'OLDEST, S', 'PAUSED']
}

type Load = Pick<
  QueueView['lanes'][number],
  'waiting' | 'sending' | 'oldestAgeSeconds' | 'isPaused'
>

function loadRow({ waiting, sending, oldestAgeSeconds, isPaused }: Load) {
  return [waiting, sending, Math.round(oldestAgeSeconds), isPaused ? 'yes' : 'no']
}

function streamRow({ stream, share, shareInUse, ...load }: QueueView['streams'][number]) {
  return [stream, percent(share), shareInUse === null ? '' : percent(shareInUse), ...loadRow(load)]
}

function laneRow({ stream, domain, ...load }: QueueView['lanes'][number]) {
  return [`${stream}, ${domain}`, ...loadRow(load)]
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function pausedInWords(paused: readonly PausedLane[], page: Page): string {
  return paused.length === 0 ? 'nothing is paused' : table(['PAUSED', ''], pausedRows(paused), page)
}
