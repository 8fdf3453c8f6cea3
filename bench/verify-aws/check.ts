import type { Trial } from './trial.ts'

/** One thing that AWS is asked about. */
export interface Check {
  readonly name: string
  /** In words, for the table. */
  readonly expected: string
  readonly needs: readonly Need[]
  /**
   * `aside`: it waits for minutes, so it is begun first and waited for in the end. `last`: after all
   * others, because it takes away what they look at.
   */
  readonly when?: 'aside' | 'last'
  readonly run: (trial: Trial) => Promise<Seen>
}

export interface Seen {
  readonly isOk: boolean
  /** In words, for the table. */
  readonly seen: string
}

/** `aws`: what no emulator does; `api`: an HTTP API that answers. */
export type Need = 'aws' | 'api' | 'sender' | 'secondRegion'

export interface Row {
  readonly check: string
  readonly expected: string
  readonly seen: string
  readonly verdict: 'ok' | 'failed' | 'needs the real thing'
}

const absences: Readonly<Record<Need, (trial: Trial) => string | undefined>> = {
  aws: ({ access }) => (access.endpoint ? 'an emulator does not do this' : undefined),
  api: ({ staging }) => (staging.url ? undefined : 'the emulator made no HTTP API'),
  sender: ({ sender }) => (sender ? undefined : 'give --sender, an address that SES may send from'),
  secondRegion: ({ secondRegion }) => (secondRegion ? undefined : 'give --second-region'),
}

/** Runs all, each whatever became of the others; what cannot be run here says what it needs. */
export async function runChecks(
  checks: readonly Check[],
  trial: Trial,
  tell: (row: Row) => void,
  stop: AbortSignal,
): Promise<void> {
  stop.throwIfAborted()
  const at = (when: Check['when']) => checks.filter((check) => check.when === when)
  const aside = at('aside').map((check) => rowOf(check, trial))
  const later = (some: readonly Check[]) => some.map((check) => () => rowOf(check, trial))
  const begun = aside.map((row) => () => row)
  for (const row of [...later(at(undefined)), ...begun, ...later(at('last'))])
    if (!stop.aborted) tell(await row())
}

async function rowOf(check: Check, trial: Trial): Promise<Row> {
  const { name, expected, needs } = check
  const row = { check: name, expected }
  const absent = needs.map((need) => absences[need](trial)).find((one) => one !== undefined)
  if (absent) return { ...row, seen: absent, verdict: 'needs the real thing' }
  try {
    const { isOk, seen } = await check.run(trial)
    return { ...row, seen, verdict: isOk ? 'ok' : 'failed' }
  } catch (error) {
    return { ...row, seen: wordsOf(error), verdict: 'failed' }
  }
}

/** What went wrong, in one line of a table. */
export function wordsOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return `${name}: ${message}`.replaceAll(/\s+/g, ' ').slice(0, 300)
}
