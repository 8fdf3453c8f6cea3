import type { Command } from 'commander'
import type { Finding } from '../mail/doctor/finding.ts'
import { accessRequest } from '../mail/doctor/account.ts'
import { examineBounceRecords, lookUpBounces } from '../mail/doctor/bounces.ts'
import { examineClock } from '../mail/doctor/clock.ts'
import { examineDns, type DomainRecords } from '../mail/doctor/dns.ts'
import { lookUp } from '../mail/doctor/look-up.ts'
import type { Examined, SettingsView } from '../api/openapi/answers.ts'
import type { Settings } from '../mail/settings/settings.ts'
import { answer } from './answer.ts'
import { clientOf, targetOf, type Client } from './client.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import { plainLine } from './plain-text.ts'
import type { Terminal } from './terminal.ts'
import { openWeb } from '../backends/web/index.ts'

/** `postern doctor`. */
export function addDoctor(program: Command, terminal: Terminal) {
  program
    .command('doctor')
    .description(
      'find out what is wrong with the settings and their surroundings, and how to fix it',
    )
    .option('--no-dns', 'do not look up SPF, DKIM, DMARC and MX records')
    .option('--access-request', 'print what to write when asking for production access of SES')
    .addHelpText('after', manual)
    .action(async ({ dns, accessRequest }: Options, command: Command) => {
      const client = clientOf(command, terminal)
      if (accessRequest)
        return answer(command, terminal, await requestOf(client), ({ text }) => text)
      const examined = await client.call<Examined>('GET', '/v1/doctor')
      const { stack } = targetOf(command, terminal.env)
      const records = dns ? await recordsOf(examined) : undefined
      const account = stack ? await findingsOfAccount(stack, client) : undefined
      const findings = [
        ...examined.findings,
        ...examineClock((Date.parse(examined.now) - Date.now()) / 1_000),
        ...(records ? examineDns(records) : []),
        ...(dns ? await findingsOfBounces(examined) : []),
        ...(account?.findings ?? []),
      ]
      const skipped = [
        ...(examined.domain !== null && !records ? ['dns'] : []),
        ...(account?.unknown ?? []),
      ]
      answer(command, terminal, { findings, skipped }, inWords)
      if (findings.length > 0) throw new Failure(exitCodes.no, 'something is wrong')
    })
}

interface Options {
  readonly dns: boolean
  readonly accessRequest?: true
}

/** Loads the AWS SDK, which no other Postern needs. */
async function findingsOfAccount(stack: string, client: Client) {
  const { accountFindings } = await import('./account.ts')
  return accountFindings(stack, client)
}

async function requestOf(client: Client): Promise<{ text: string }> {
  const { settings } = await client.call<SettingsView>('GET', '/v1/settings')
  return { text: accessRequest((settings as Settings).senderDomains ?? []).trimEnd() }
}

const manual = `
Examples:
  postern doctor
  postern doctor --json --no-dns
  postern --stack Postern-production doctor --access-request

With --stack it also looks at the AWS account: Lambda's concurrency, the sandbox of Amazon SES, its
identity for each sender domain (verified, DKIM, MAIL FROM, bounces), and whether those who get
alarms have confirmed it. It names what your credentials may not ask.

Exit codes: 0 nothing wrong, 1 something is wrong, 2 wrong usage, 3 Postern cannot be reached.
`

/** Undefined where the DNS cannot be asked: a missing network is not a finding. */
async function recordsOf(examined: Examined): Promise<DomainRecords | undefined> {
  const { domain, dkim_domain, dkim_selector: selector, dkim_key: key } = examined
  if (domain === null) return undefined
  const signer =
    dkim_domain !== null && selector !== null
      ? { domain: dkim_domain, selector, ...(key !== null && { key }) }
      : undefined
  return lookUp(openWeb(), { domain, ...(signer && { dkim: signer }) })
}

async function findingsOfBounces({ bounce_domain: domain }: Examined): Promise<Finding[]> {
  return domain === null ? [] : examineBounceRecords(await lookUpBounces(openWeb(), domain))
}

function inWords({ findings, skipped }: { findings: readonly Finding[]; skipped: string[] }) {
  const lines = findings.map(
    ({ code, level, problem, cure }) =>
      `${level === 'wrong' ? 'WRONG' : 'RISK '} ${code}: ${plainLine(problem)}\n      ${plainLine(cure)}`,
  )
  return [...(lines.length > 0 ? lines : ['Nothing wrong.']), ...unasked(skipped)].join('\n')
}

/** What nothing is known of. */
function unasked(skipped: readonly string[]): string[] {
  const actions = skipped.filter((one) => one !== 'dns')
  return [
    ...(skipped.includes('dns') ? ['SPF, DKIM and DMARC were not looked up.'] : []),
    ...(actions.length > 0 ? [`Not known, for want of permission: ${actions.join(', ')}.`] : []),
  ]
}
