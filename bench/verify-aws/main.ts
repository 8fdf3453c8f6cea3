import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { printTable } from '../table.ts'
import { whereabouts } from './account.ts'
import { programs } from './cdk.ts'
import { wordsOf, type Row } from './check.ts'
import { estimate, total } from './estimate.ts'
import { recorder } from './fixtures.ts'
import { destroyAll, verifyAws } from './run.ts'
import type { Access } from './trial.ts'

const usage = `npm run verify-aws -- --yes ACCOUNT/REGION [--sender ADDRESS] [--second-region REGION]
npm run verify-aws -- --destroy NAME --yes ACCOUNT/REGION [--second-region REGION]

Deploys a staging and a production under a random name into the account and Region of AWS_PROFILE and
AWS_REGION, checks what only AWS itself can show, prints a table and destroys everything it made.
Emails go to addresses of the mailbox simulator of Amazon SES alone.

--yes            the account and Region, written out: without it nothing is made
--sender         an address that SES may send from there; without it SES is not tried
--second-region  bootstrapped too: the same stage is deployed there as well
--destroy        removes what a run left that was killed
--record         where payloads of AWS are written, their ids replaced; .verify-aws unless given`

const options = {
  yes: { type: 'string' },
  sender: { type: 'string' },
  'second-region': { type: 'string' },
  destroy: { type: 'string' },
  record: { type: 'string', default: '.verify-aws' },
} as const

/** @returns the exit code: 0 nothing failed, 1 something did, 2 nothing was made */
export async function main(words: readonly string[], access: Access): Promise<number> {
  const wish = readWords(words)
  if (!wish) return refuse(usage)
  const where = await whereabouts(access).catch((error: unknown) => wordsOf(error))
  if (wish.yes !== where) return refuse(`${plan(where)}\n\n${usage}`)
  const rows = await run(wish, where, access)
  print(rows, access)
  return rows.some(({ verdict }) => verdict === 'failed') ? 1 : 0
}

function readWords(words: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...words], options })
    return values.destroy === undefined || ownName.test(values.destroy) ? values : undefined
  } catch {
    return undefined
  }
}

/** Of a run: what else is called so was not made by one. */
const ownName = /^verify-[0-9a-f]{6}$/

function refuse(why: string): number {
  console.error(why)
  return 2
}

/** What would be made, and where. */
function plan(where: string): string {
  const lines = estimate.map(([what, dollars]) => `  ${what}: $${dollars.toFixed(3)}`)
  return [
    `Nothing was made. This would deploy and destroy two stacks in ${where}, for at most`,
    ...lines,
    `  together: $${total().toFixed(2)}`,
    `Run it again with --yes ${where} if that is where it may.`,
  ].join('\n')
}

type Wish = NonNullable<ReturnType<typeof readWords>>

async function run(wish: Wish, where: string, access: Access): Promise<Row[]> {
  const name = wish.destroy ?? `verify-${randomBytes(3).toString('hex')}`
  const account = where.split('/')[0]!
  const stop = stopBySignal()
  const { sender, 'second-region': secondRegion } = wish
  const site = {
    ...{ name, account, access, sender, secondRegion, stop },
    programs: programs(stop),
    cleaning: programs(new AbortController().signal),
    urlOf: async (outputs: Readonly<Record<string, string>>) => urlIn(outputs, access),
    tell: (line: string) => console.log(line),
  }
  if (wish.destroy) return [await destroyAll(site)]
  console.log(`If this is killed: npm run verify-aws -- --destroy ${name} --yes ${where}`)
  const record = recorder(join(wish.record, name), {
    ...(sender && { [sender]: 'sender@example.com', [sender.split('@')[1]!]: 'example.com' }),
    [name]: 'verify-000000',
    [account]: '111122223333',
  })
  return verifyAws({ ...site, record })
}

/** An emulator names an address where nothing answers. */
function urlIn(outputs: Readonly<Record<string, string>>, { endpoint }: Access) {
  return endpoint ? undefined : outputs['ApiUrl']
}

/** The first ends what runs; all that was made is destroyed before this process goes. */
function stopBySignal(): AbortSignal {
  const aborting = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      console.log(`${signal}: destroying what was made; this takes minutes`)
      aborting.abort(new Error(`stopped by ${signal}`))
    })
  return aborting.signal
}

function print(rows: readonly Row[], { endpoint }: Access): void {
  const place = endpoint ? `an emulator at ${endpoint}, which proves nothing of AWS` : 'AWS'
  printTable(`Verified on ${place}`, [
    ['check', 'expected', 'seen', 'verdict'],
    ...rows.map(({ check, expected, seen, verdict }) => [check, expected, seen, verdict]),
  ])
}

if (import.meta.main) {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL: endpoint } = process.env
  const region = AWS_REGION ?? AWS_DEFAULT_REGION
  if (!region) process.exitCode = refuse(`Set AWS_REGION.\n\n${usage}`)
  else {
    process.exitCode = await main(process.argv.slice(2), { region, ...(endpoint && { endpoint }) })
    // Checks that an interruption left behind keep nothing alive.
    process.exit()
  }
}
