import type { Postern } from '../mail/ports/postern.ts'
import { dayMs } from '../mail/email/time.ts'
import { enginesOf } from '../mail/settings/settings.ts'
import { troubleLine } from '../mail/trouble.ts'
import type { Log } from './log.ts'

/** Loads the SDK, where Amazon SES is in use. */
async function listInUse({ inForce }: Pick<Postern, 'inForce'>) {
  const names = enginesOf((await inForce.current()).settings)
  return names.includes('ses') ? import('../engines/ses/list-in-use.ts') : undefined
}

/** What is removed from our list goes from that of Amazon SES first. */
export async function unlist(
  postern: Pick<Postern, 'inForce' | 'clock'>,
  spellings: readonly string[],
) {
  await (await listInUse(postern))?.unlistAtSes(postern, spellings)
}

/** Why Amazon SES has an address on its list. */
export async function reasonAt(postern: Pick<Postern, 'inForce' | 'clock'>, spelling: string) {
  return (await listInUse(postern))?.reasonAtSes(postern, spelling)
}

/** Walks the list of Amazon SES once a day, and adds what is missing on ours. */
export function walkDaily(postern: Postern, log: Log): { stop(): Promise<void> } {
  const { clock } = postern
  const stopping = new AbortController()

  async function run() {
    while (!stopping.signal.aborted) {
      await walk().catch((error: unknown) =>
        log({ level: 'warn', what: 'suppressions of SES cannot be read', ...troubleLine(error) }),
      )
      await clock.until(clock.now() + dayMs, stopping.signal)
    }
  }

  async function walk() {
    const added = await (await listInUse(postern))?.walkSesList(postern, stopping.signal)
    if (added) log({ level: 'info', what: 'suppressions of SES added', added })
  }

  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
