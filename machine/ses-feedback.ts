import type { LocalBackend } from '../backends/local/index.ts'
import { troubleLine } from '../mail/trouble.ts'
import type { Log } from './log.ts'

interface Watching {
  readonly log: Log
  readonly refused: (reason: string) => void
}

/** Takes what Amazon SES tells off its queue, where one is named; loaded only then. */
export async function startSesFeedback(
  queueUrl: string | undefined,
  { signals, clock }: LocalBackend,
  { log, refused: onRefused }: Watching,
): Promise<{ stop(): Promise<void> } | undefined> {
  if (queueUrl === undefined) return undefined
  const { pollFeedback } = await import('../engines/ses/feedback-queue.ts')
  return pollFeedback({
    queueUrl,
    signals,
    clock,
    onError: (error) =>
      log({ level: 'error', what: 'feedback cannot be fetched', ...troubleLine(error) }),
    onRefused,
  })
}
