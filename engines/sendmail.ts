import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import type { EngineContext } from '../mail/ports/fleet.ts'
import type { Outcome, Verdict } from '../mail/email/outcome.ts'
import type { Envelope } from '../mail/email/email.ts'
import { withLf } from '../mail/email/line-ends.ts'
import type { Engine } from '../mail/ports/engine.ts'
import { traceOf } from '../mail/report/signed-sender.ts'
import { signerOf } from '../mail/deliver/signer.ts'
import { deadlines } from './time/deadlines.ts'
import { within } from '../mail/clock.ts'
import { judge } from './sendmail/judge.ts'
import { run } from './sendmail/run.ts'

const usualPath = '/usr/sbin/sendmail'

/**
 * Hands emails to the mail system of this machine, through the program that every one of them
 * installs as `sendmail`. Settings cannot choose the program: the deployment does.
 */
export function sendmailEngine(context: EngineContext): Engine {
  const sign = signerOf(context)
  const trace = traceOf(context)
  const program = context.deployed.sendmailPath ?? usualPath
  return {
    name: 'sendmail',
    async send(parcel, signal): Promise<Outcome> {
      const fault = faultOf(parcel.envelope)
      if (fault) return { kind: 'rejected', reason: fault }
      const { from, mark } = trace(parcel)
      // On its standard input a Unix program reads lines that end in LF.
      const email = withLf(await sign(mark(await parcel.composed())))
      const args = argumentsFor({ ...parcel.envelope, from })
      const limit = { clock: context.clock, ms: deadlines.sendmail, signal }
      return judge(await within(limit, (deadline) => run(program, args, email, deadline)))
    },
    verify: () => verify(program),
    rate: async () => null,
    close: async () => undefined,
  }
}

/**
 * `-i`: a line of one dot does not end the email. `--`: from here on nothing is an option. No wish
 * for reports: `-N` has Exim deliver nothing, and a report of a failure comes without it.
 */
function argumentsFor({ from, to }: Envelope): string[] {
  return ['-i', '-f', from === '' ? '<>' : from, '--', ...to]
}

/** Every address was checked when it was accepted; here a slip would be an option of a program. */
function faultOf({ from, to }: Envelope): string | undefined {
  if (to.length === 0) return 'the envelope has no recipient'
  if (from !== '' && !isPlain(from)) return 'the envelope sender cannot be used on a command line'
  const place = to.findIndex((address) => !isPlain(address))
  return place < 0 ? undefined : `recipient ${place + 1} cannot be used on a command line`
}

function isPlain(address: string): boolean {
  return /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(address)
}

async function verify(program: string): Promise<Verdict> {
  try {
    await access(program, constants.X_OK)
    if ((await stat(program)).isFile()) return { valid: true }
    return { valid: false, reason: `${program} is not a program` }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? 'is not there' : `cannot be run (${code})`
    return { valid: false, reason: `${program} ${what}` }
  }
}
