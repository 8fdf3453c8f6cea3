import type { Answers, Question } from '../../backends/aws/send-function.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { guarded } from '../../mail/configure/guarded.ts'
import { verify as verifyInForce } from '../../mail/configure/verify.ts'
import { during } from './invocation.ts'

/** Whether an event is a question of the api function rather than a batch of the queue. */
export function isQuestion(event: object): event is Question {
  return 'ask' in event
}

/** What is asked once a day. */
export type Daily = { ask: 'sweep' } | { ask: 'walkSuppressed' }

/** What only this function can tell, because it alone reads secrets. Verdicts go out, no secret. */
export async function answer(
  question: Exclude<Question, Daily>,
  postern: Postern,
  remainingMs: number,
): Promise<Answers[Exclude<Question['ask'], Daily['ask']>]> {
  switch (question.ask) {
    case 'verify':
      return verify(postern, question)
    case 'verifyInForce':
      await verifyInForce(postern)
      return null
    case 'findSecrets':
      return postern.fleet.findSecrets(question.refs)
    case 'findEmail':
      return postern.fleet.findEmail(question.tokens, question.refs)
    case 'unlist': {
      const { unlistAtSes } = await import('../../engines/ses/list-in-use.ts')
      await unlistAtSes(postern, question.spellings)
      return null
    }
    case 'sendWithCandidate': {
      // Loaded when first needed: a person tries settings that are not in force.
      const { sendWithCandidate } = await import('../../mail/doctor/test-candidate.ts')
      return sendWithCandidate(postern, question.candidate, question.wish, question.caller)
    }
    case 'deliver':
      // What becomes of it stands in the record; the job is on the queue as well.
      await during({ clock: postern.clock, remainingMs }, (stop) =>
        deliver(postern, question.job, stop),
      )
      return null
  }
}

/** A caller that may invoke this function may ask: no stored secret goes where only it wants. */
async function verify(postern: Postern, { settings, secrets }: Question & { ask: 'verify' }) {
  const checked = await guarded(postern, settings, secrets)
  if (checked.kind === 'refused') return checked.verdicts
  return postern.fleet.verify(checked.settings, secrets)
}
