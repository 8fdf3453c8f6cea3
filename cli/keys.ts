import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Option, type Command } from 'commander'
import type { LocalBackend } from '../backends/local/index.ts'
import { allProjects } from '../mail/email/project.ts'
import { makeApiKey, readKeyName } from '../mail/keys/api-keys.ts'
import { systemClock } from '../mail/clock.ts'
import type { KeyItem, List } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { type Client, clientOf, query } from './client.ts'
import { keepKey } from '../machine/keep-key.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { needSqlite } from './need-sqlite.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'

interface Created {
  readonly id: string
  readonly token: string
}

interface CreateFlags {
  readonly sending?: boolean
  readonly domain?: string
  readonly capture?: boolean
  readonly stream?: string
  readonly data?: string
}

/** `postern keys`. */
export function addKeys(program: Command, terminal: Terminal) {
  const keys = program
    .command('keys')
    .description('create, list and revoke API keys for applications')
    .addHelpText('after', manual)
  keys
    .command('create <name>')
    .description('create a key and print it; it cannot be shown again')
    .option('--sending', 'it may only send; otherwise it may do everything')
    .option('--domain <domain>', 'it may only send, and only from this domain')
    .option('--capture', 'its emails are always captured')
    .option('--stream <stream>', 'of its emails that name none: transactional or bulk')
    .addOption(
      new Option(
        '--data <directory>',
        'create a key with full access in the data directory of a stopped Postern',
      ).conflicts(['sending', 'domain', 'capture', 'stream']),
    )
    .action(async (name: string, flags: CreateFlags, command: Command) => {
      const { data } = flags
      if (data !== undefined) refuseProject(command)
      const made =
        data === undefined
          ? await create(clientOf(command, terminal), name, flags)
          : { created: await createOffline(data, name), isFirst: false }
      answer(command, terminal, made.created, ({ token }) => token)
      terminal.remark(made.isFirst ? `${shownOnce}${closed}` : shownOnce)
    })
  keys
    .command('list')
    .description('list the keys, newest first')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this one')
    .action(async ({ limit, after }: Record<string, string>, command: Command) => {
      const path = `/api-keys${query({ limit, after })}`
      const page = await clientOf(command, terminal).call<List<KeyItem>>('GET', path)
      answer(command, terminal, page, listInWords)
    })
  keys
    .command('revoke <id>')
    .description('revoke a key')
    .action(async (id: string, _options, command: Command) => {
      const path = `/api-keys/${encodeURIComponent(id)}`
      const revoked = await clientOf(command, terminal).call<{ id: string }>('DELETE', path)
      answer(command, terminal, revoked, (key) => `revoked ${key.id}`)
    })
}

const manual = `
Examples:
  export POSTERN_API_KEY=$(postern keys create me)
  postern keys create shop --sending --domain shop.example.com
  postern keys create news --sending --stream bulk
  postern keys create end-to-end-tests --sending --capture
  postern keys revoke 0199f7a1-2b3c-7d4e-8f50-61728394a5b6

When the last key is lost, or there is none yet:
  postern --stack Postern-production keys create me    in AWS, with your AWS credentials
  postern keys create me --data .postern               on one machine: stop Postern first

Exit codes: 0 done, 1 refused or not there, 2 wrong usage, 3 Postern cannot be reached.
`

/** On standard error, so that standard output is the key and nothing else. */
const shownOnce = 'This is the only time the key is shown; Postern keeps no copy of it.\n'

const closed = `This is the first key: from now on this Postern requires one. To continue:
  export POSTERN_API_KEY=<the key>
`

async function create(client: Client, name: string, { sending, ...flags }: CreateFlags) {
  const { data } = await client.call<List<KeyItem>>('GET', '/api-keys?limit=1')
  const permission = sending || flags.domain !== undefined ? 'sending_access' : 'full_access'
  const { domain, capture, stream } = flags
  const wanted = { name, permission, domain, capture, stream }
  const created = await client.call<Created>('POST', '/api-keys', wanted)
  return { created, isFirst: data.length === 0 }
}

/** Which projects there are is not known there, and the way back in is to all of them. */
function refuseProject(command: Command) {
  const { project } = command.optsWithGlobals<{ readonly project?: string }>()
  if (project !== undefined) throw usage('--data makes a key of all projects: leave out --project')
}

/** The way back in for the owner of the data: no key is needed, but nothing may run on it. */
async function createOffline(directory: string, wanted: string): Promise<Created> {
  const read = readKeyName(wanted)
  if ('faults' in read) throw usage(`the name: ${read.faults.map(({ rule }) => rule).join('; ')}`)
  const backend = await open(directory)
  try {
    const { name } = read
    const full = { permission: 'full_access', project: allProjects, capture: false } as const
    const { key, token } = makeApiKey({ name, ...full }, systemClock.now())
    await keepKey(backend, key, 'command')
    return { id: key.id, token }
  } finally {
    backend.close()
  }
}

async function open(directory: string): Promise<LocalBackend> {
  // Opening it would make it.
  if (!existsSync(join(directory, 'postern.sqlite')))
    throw usage(`${directory} is not the data directory of a Postern`)
  await needSqlite('postern keys create --data')
  try {
    const { localBackend } = await import('../backends/local/index.ts')
    return localBackend(directory, { clock: systemClock })
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new Failure(exitCodes.no, words, { cause: error })
  }
}

function listInWords({ data, has_more }: List<KeyItem>, page: Page): string {
  if (data.length === 0) return 'no keys'
  const rows = data.map((key) => [
    key.id,
    key.name,
    key.permission,
    key.project,
    key.domain,
    key.capture ? 'yes' : 'no',
    key.stream,
    key.created_at,
    key.last_used_at,
  ])
  const headings = [
    'ID',
    'NAME',
    'PERMISSION',
    'PROJECT',
    'DOMAIN',
    'CAPTURE',
    'STREAM',
    'MADE',
    'LAST USED',
  ]
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(headings, rows, page) + more
}
