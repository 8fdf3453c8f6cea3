import { Command, CommanderError } from 'commander'
import { addAudit } from './audit.ts'
import { addBackup } from './backup.ts'
import { addCaptures } from './captures.ts'
import { addCompletion } from './completion.ts'
import { addDeadLetters } from './dead-letters.ts'
import { addDoctor } from './doctor.ts'
import { addEmails } from './emails.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import { addErase } from './erase.ts'
import { addEvents } from './events.ts'
import { addExport } from './export.ts'
import { addFeedback } from './feedback.ts'
import { addKeys } from './keys.ts'
import { addManual } from './manual-page.ts'
import { addOpen } from './open.ts'
import { addProjects } from './projects.ts'
import { addQueue } from './queue.ts'
import { addRestore } from './restore.ts'
import { addSend } from './send.ts'
import { addStart } from './serve.ts'
import { addSenders } from './senders.ts'
import { addSettings } from './settings.ts'
import { addStats } from './stats.ts'
import { addStatus } from './status.ts'
import { addSuppressions } from './suppressions.ts'
import { addTemplates } from './templates.ts'
import type { Terminal } from './terminal.ts'
import { addService } from './systemd-service.ts'
import { addTestEmail } from './test-email.ts'
import { addWebhooks } from './webhooks.ts'
import { version } from '../machine/version.ts'

/**
 * Runs one command line.
 *
 * @param words what was typed after `postern`
 * @returns the exit code
 */
export async function main(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program(terminal).parseAsync(words, { from: 'user' })
    return exitCodes.fine
  } catch (error) {
    // Commander has said what was wrong, or shown the manual.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
    if (!(error instanceof Failure)) throw error
    terminal.remark(`postern: ${error.message}\n`)
    return error.exitCode
  }
}

function program(terminal: Terminal): Command {
  const postern = new Command('postern')
    .description(
      'The outbound email service on this machine, and the way to talk to a running one.',
    )
    .version(version)
    .option('--json', 'print JSON for programs')
    .option('--url <url>', 'the Postern to talk to (POSTERN_URL; http://127.0.0.1:8025)')
    .option('--stack <name>', 'the one in this CloudFormation stack, with your AWS credentials')
    .option('--project <name>', 'the project to work in (POSTERN_PROJECT); * for all')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.remark(text),
    })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .addHelpText('after', manual)
  for (const add of commands) add(postern, terminal)
  return postern
}

/** In the order of the manual. */
const commands = [
  addStart,
  addSend,
  addStatus,
  addOpen,
  addDoctor,
  addTestEmail,
  addSettings,
  addCaptures,
  addEmails,
  addEvents,
  addTemplates,
  addSuppressions,
  addWebhooks,
  addQueue,
  addSenders,
  addFeedback,
  addDeadLetters,
  addStats,
  addKeys,
  addProjects,
  addAudit,
  addExport,
  addErase,
  addBackup,
  addRestore,
  addService,
  addCompletion,
  addManual,
]

const manual = `
Examples:
  postern start
  postern send --from me@example.com --to you@example.com --subject Hello --text 'It works.'
  postern captures wait --to you@example.com --timeout 20 --json
  postern --stack Postern-production keys create shop --sending
  postern settings set engine=smtp smtp.host=smtp.example.com smtp.username=me smtp.password

Environment of all commands but start (see postern help start):
  POSTERN_URL           the Postern to talk to
  POSTERN_STACK         the CloudFormation stack to talk to, instead of a URL
  POSTERN_API_KEY       the key to show, where keys are needed
  NO_COLOR, FORCE_COLOR no colours on a terminal; colours in pipes too

Exit codes:
  0  fine
  1  the answer is no, or something is wrong
  2  the command is wrong: nothing was tried
  3  Postern cannot be reached
`
