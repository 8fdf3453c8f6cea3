import { signalIn } from '../../backends/aws/queue/signals.ts'
import { readSesEvent, type SesEvent } from '../../engines/ses/events.ts'

/** What a message on the queue of feedback says: a signal of our own, or an event of Amazon SES. */
export function readMessage(body: string): SesEvent {
  const ours = signalIn(body)
  return ours ? { kind: 'signals', signals: [ours] } : readSesEvent(body)
}
