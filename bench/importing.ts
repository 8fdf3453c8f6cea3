import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toVariables } from '../backends/aws/env.ts'
import { bundle, bundling } from '../functions/build.ts'
import { orInterrupted } from './interruption.ts'
import { median, spread } from './statistics.ts'
import { printTable } from './table.ts'

const engines = ['noop', 'smtp', 'sendgrid', 'ses'] as const

/**
 * How long the functions take until they can work, each time in a fresh process: the send function
 * with one engine opened, the api function with one request answered. In turns with a module that
 * is empty, and with a bundle of one file, which is what CDK's own bundling makes.
 */
export async function importing(rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-import-'))
  try {
    const ways = {
      split: await bundleAs(folder, 'split', true),
      single: await bundleAs(folder, 'single', false),
    }
    const bare = await emptyModule(folder)
    const whats = [...engines.map((engine) => `send ${engine}`), 'api'] as const
    const times = new Map<string, number[]>()
    const note = (row: string, ms: number) => times.set(row, [...(times.get(row) ?? []), ms])
    for (let round = 0; round < rounds; round++) {
      note('bare', await importMs(bare, 'bare'))
      for (const what of whats)
        for (const [way, at] of Object.entries(ways))
          note(`${what} ${way}`, await importMs(at, what))
    }
    const floor = median(times.get('bare')!)
    const over = (row: string) => (median(times.get(row)!) - floor).toFixed(0)
    printTable(`import, ms: median (least-most) of ${rounds}; over an empty module`, [
      ['', 'split', 'over', 'one file', 'over'],
      ['an empty module', spread(times.get('bare')!), '0', '', ''],
      ...whats.map((what) => [
        what,
        spread(times.get(`${what} split`)!),
        over(`${what} split`),
        spread(times.get(`${what} single`)!),
        over(`${what} single`),
      ]),
    ])
    // What is loaded at start, `npm run size` prints.
    printTable('size of all files, kB', [
      ['', 'split', 'one file'],
      ...(['send', 'api'] as const).map((name) => [
        name,
        sizes(join(ways.split, name)),
        sizes(join(ways.single, name)),
      ]),
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Both functions, the send function with its engines at hand. */
async function bundleAs(folder: string, way: string, splitting: boolean): Promise<string> {
  for (const name of ['send', 'api']) {
    const names = name === 'send' ? ['functions/send.ts', 'engines/index.ts'] : ['functions/api.ts']
    const start = join(folder, `${name}.ts`)
    const exported = names.map((path) => JSON.stringify(join(bundling.absWorkingDir, path)))
    writeFileSync(start, exported.map((path) => `export * from ${path}\n`).join(''))
    await bundle(start, join(folder, way, name), { splitting })
  }
  return join(folder, way)
}

async function emptyModule(folder: string): Promise<string> {
  const start = join(folder, 'bare.ts')
  writeFileSync(start, 'export {}')
  await bundle(start, join(folder, 'bare', 'bare'))
  return join(folder, 'bare')
}

/** In a process of its own, measured inside it: the start of Node is not ours. */
async function importMs(at: string, what: string): Promise<number> {
  const [name = '', engine = ''] = what.split(' ')
  const words = [
    join(import.meta.dirname, 'importing-child.ts'),
    join(at, name, 'index.mjs'),
    engine,
  ]
  const env = { ...process.env, ...variables, ...aws }
  const run = promisify(execFile)(process.execPath, words, { env })
  return Number((await orInterrupted(run)).stdout.trim().split('\n').at(-1))
}

const aws = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' }

/** Names of what is never asked for. */
const variables = toVariables({
  stage: 'bench',
  tableName: 'bench',
  queueUrl: 'http://127.0.0.1:1/1/bench',
  queueArn: 'arn:aws:sqs:us-east-1:1:bench',
  deadLetterQueueUrl: 'http://127.0.0.1:1/1/dead',
  deadLetterQueueArn: 'arn:aws:sqs:us-east-1:1:dead',
  feedbackQueueUrl: 'http://127.0.0.1:1/1/feedback',
  feedbackDeadLetterQueueUrl: 'http://127.0.0.1:1/1/undealt',
  notifyQueueUrl: 'http://127.0.0.1:1/1/notify',
  privateWebhooks: 'off',
  bucketName: 'bench',
  settingsParameter: '/postern/bench/settings',
  secretsPath: '/postern/bench/secrets',
  secretsKeyId: 'bench',
  scheduleGroup: 'bench',
  scheduleRoleArn: 'arn:aws:iam::1:role/bench',
  sendFunctionName: 'bench',
  metricsNamespace: 'bench',
  defaults: {},
  locks: {},
  senders: 1,
  keepDays: 1,
})

function sizes(folder: string): string {
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
    file.endsWith('.mjs'),
  )
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
  return (bytes / 1_000).toFixed(0)
}
