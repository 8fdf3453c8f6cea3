import type { Command } from 'commander'
import type { Health, PausedLane, QueueDepth, SenderItem } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf } from './client.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import { type Page, table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { shown, watchOption } from './watch.ts'

/** `postern status`. */
export function addStatus(program: Command, terminal: Terminal) {
  program
    .command('status')
    .description('show whether mail works and what waits')
    .option(...watchOption)
    .addHelpText('after', manual)
    .action(async ({ watch }: { watch?: boolean }, command: Command) => {
      const client = clientOf(command, terminal)
      await shown(watch, terminal, async () => {
        const health = await client.call<Health>('GET', '/v1/health')
        answer(command, terminal, health, inWords)
        if (health.status !== 'ok' && !watch)
          throw new Failure(exitCodes.no, 'something needs attention')
      })
    })
}

const manual = `
Examples:
  postern status
  postern status --watch
  postern status --json --url https://mail.example.com

Exit codes: 0 all is well; 1 something needs attention: mail does not leave, an engine takes nothing,
emails are held or were given up, something is paused, a sender is warned of or held back,
a webhook was disabled because it failed, the disk is full or cannot be used, the settings are
broken, or the API key is wrong; 2 wrong usage; 3 Postern cannot be reached.
`

function inWords(health: Health, page: Page): string {
  const { status, mailer, queue, paused = [], senders = [], webhooks = [] } = health
  const { settings, storage, mailbox, templates = [], refused_feedback: refused } = health
  return table(
    ['STATUS', status],
    [
      ...(mailer.engine ? [['engine', mailer.engine.join(', ')]] : []),
      ['mail works', mailer.valid ? 'yes' : 'no'],
      ...(storage ? [['storage', storage]] : []),
      ...(mailbox ? [['returned email', mailbox]] : []),
      ...troubleRows(mailer),
      ...quotaRows(mailer),
      ...pausedRows(paused),
      ...senderRows(senders),
      ...webhooks.map(({ endpoint, reason }) => [`disabled: ${endpoint}`, reason]),
      ...(queue ? queueRows(queue) : []),
      ...(refused ? [['feedback refused', `${refused} since it started`]] : []),
      ...templates.map((fault) => ['template fault', fault]),
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

/** What the account may still send, where its provider says so. */
function quotaRows({ quota }: Health['mailer']): string[][] {
  if (!quota) return []
  const { engine, used, most, isSandbox, at } = quota
  const of = most === null ? '' : ` of ${most}`
  return [
    [`${engine}, 24 hours`, `${used}${of} recipients at ${at}`],
    ...(isSandbox ? [[`${engine} sandbox`, 'only verified addresses get mail']] : []),
  ]
}

/** What the API says about the queue, in words. */
export function queueRows(queue: QueueDepth): [string, number | string][] {
  const names = Object.keys(words) as (keyof QueueDepth)[]
  return names.map((name) => [words[name], queue[name] ?? '-'])
}

const words: Readonly<Record<keyof QueueDepth, string>> = {
  depth: 'waiting',
  sending: 'sending',
  scheduled: 'scheduled',
  held: 'held',
  deadLetters: 'dead letters',
  oldestAgeSeconds: 'oldest waits, s',
}

/** Senders that are warned of, or whose bulk email is held back, and by which numbers. */
export function senderRows(senders: readonly SenderItem[]): [string, string][] {
  return senders.map(({ project, domain, level, reason, since }) => [
    `${level === 'held' ? 'bulk held back' : 'warned'}: ${domain}`,
    [reason, since && `since ${since}`, `project ${project}`].filter(Boolean).join(', '),
  ])
}

/** What a person has paused, who, since when and why. */
export function pausedRows(paused: readonly PausedLane[]): [string, string][] {
  return paused.map(({ stream, domain, by, at, reason }) => [
    `paused: ${domain === null ? stream : `${stream}, ${domain}`}`,
    [by && `by ${by}`, at && `since ${at}`, reason].filter(Boolean).join(', '),
  ])
}
