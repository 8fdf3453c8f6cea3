import type { Command } from 'commander'
import type { CaptureChecks } from '../api/openapi/answers.ts'
import { severities, type Severity } from '../mail/check/finding.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { clientOf, query } from './client.ts'
import { cell } from './table.ts'
import type { Terminal } from './terminal.ts'

interface CheckOptions {
  readonly links?: boolean
  readonly failOn: string
}

/** `postern captures check`. */
export function addCaptureCheck(captures: Command, terminal: Terminal) {
  captures
    .command('check <id>')
    .description('check a capture: mail clients, accessibility, size, unsubscribing, alignment')
    .option('--links', 'ask every link for its status too')
    .option('--fail-on <severity>', `exit with 1 from this on: ${severities.join(', ')}`, 'error')
    .addHelpText('after', manual)
    .action(async (id: string, { links, failOn }: CheckOptions, command: Command) => {
      const worst = severities.indexOf(failOn as Severity)
      if (worst < 0) throw usage(`--fail-on must be one of ${severities.join(', ')}`)
      const asked = query({ links: links ? '1' : undefined })
      const path = `/v1/captures/${encodeURIComponent(id)}/checks${asked}`
      const checks = await clientOf(command, terminal).call<CaptureChecks>('GET', path)
      answer(command, terminal, checks, inWords)
      const failed = checks.findings.filter(({ severity }) => severities.indexOf(severity) <= worst)
      if (failed.length > 0) throw new Failure(exitCodes.no, said(failed.length, failOn))
    })
}

const manual = `
In CI, for the newest email of a test:
  id=$(postern captures list --to you@example.com --limit 1 --json | jq -r '.data[0].id')
  postern captures check "$id" --fail-on warning

Exit codes: 0 nothing from --fail-on on, 1 something or no such capture, 2 wrong usage, 3 Postern cannot be reached.
`

function said(count: number, failOn: string): string {
  const from = failOn === 'error' ? '' : ' or worse'
  return `${count} ${count === 1 ? 'finding is' : 'findings are'} of severity ${failOn}${from}`
}

function inWords({ findings, spam }: CaptureChecks): string {
  const judged = spam ? [spamInWords(spam)] : []
  if (findings.length === 0) return ['nothing found', ...judged].join('\n')
  return [...findingsInWords(findings), ...judged].join('\n')
}

/** Every rule that counted, the worst first. */
function spamInWords({ score, threshold, rules }: NonNullable<CaptureChecks['spam']>): string {
  const counted = rules.filter((rule) => rule.score !== 0).toSorted((a, b) => b.score - a.score)
  const lines = counted.map((one) => `  ${one.score} ${one.name}: ${cell(one.description)}`)
  return [`SpamAssassin: ${score} points, where ${threshold} are spam`, ...lines].join('\n')
}

function findingsInWords(findings: CaptureChecks['findings']): string[] {
  return findings.map(({ severity, rule, text, line, column, count }) => {
    const place = line === null ? '' : ` html:${line}:${column}`
    const more = count > 1 ? ` (${count} times)` : ''
    return `${severity}${place} ${rule}: ${cell(text)}${more}`
  })
}
