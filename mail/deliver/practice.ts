import type { Email } from '../email/email.ts'
import type { Outcome } from '../email/outcome.ts'
import { practiceReason } from '../email/practice.ts'
import type { PracticeAction, PracticeRule } from '../settings/practice.ts'
import { matches } from '../settings/safety.ts'
import type { Try } from './hand-off.ts'
import { practiceFor } from './route.ts'
import type { Turn } from './turn.ts'

/** A rule that was drawn, and its number as people count. */
interface Drawn {
  readonly rule: PracticeRule
  readonly number: number
}

/**
 * Failure practice: each recipient that a rule fits gets what the rule says in place of a hand-off,
 * or is told of after it; the others are handed off.
 */
export async function practised(
  turn: Turn,
  email: Email,
  recipients: readonly string[],
  handOff: (recipients: readonly string[]) => Promise<Try[]>,
): Promise<Try[]> {
  const rules = practiceFor(turn)
  const { clock, random } = turn.postern
  const drawn = new Map(recipients.map((to) => [to, draw(rules, email, to, random)]))
  const drawnFor = (address: string) => drawn.get(address)
  const left = recipients.filter((address) => !failureOf(drawnFor(address)))
  const failed = recipients.filter((address) => !left.includes(address))
  const handed = left.length > 0 ? await handOff(left) : []
  return [
    ...apart(failed, drawnFor).map((group) => {
      const outcome = failureOf(drawnFor(group[0]!))!
      return { engine: 'noop', at: clock.now(), recipients: group, outcome }
    }),
    ...handed.flatMap((one) => told(one, drawnFor)),
  ]
}

type DrawnFor = (address: string) => Drawn | undefined

/** The recipients by the rule that was drawn for them. */
function apart(recipients: readonly string[], drawnFor: DrawnFor): string[][] {
  const numbers = new Set(recipients.map((address) => drawnFor(address)?.number))
  return [...numbers].map((number) =>
    recipients.filter((address) => drawnFor(address)?.number === number),
  )
}

/** The first rule that fits: by project, recipient, how often it did before, and chance. */
function draw(
  rules: readonly PracticeRule[],
  { project, timeline }: Email,
  address: string,
  random: () => number,
): Drawn | undefined {
  const at = rules.findIndex((rule, n) => {
    const said = practiceReason(n + 1, '')
    const before = timeline.filter(({ reason }) => reason?.startsWith(said)).length
    return (
      (rule.project ?? project) === project &&
      (rule.to === null || matches(address, rule.to)) &&
      before < (rule.times ?? Infinity) &&
      random() < rule.chance
    )
  })
  return at < 0 ? undefined : { rule: rules[at]!, number: at + 1 }
}

/** What the engine would have answered; undefined where it is to take the email. */
function failureOf(drawn: Drawn | undefined): Outcome | undefined {
  if (!drawn) return undefined
  const { then, reply, retryAfterSeconds } = drawn.rule
  const reason = (usual: string) => practiceReason(drawn.number, reply ?? usual)
  switch (then) {
    case 'defer': {
      const wait = retryAfterSeconds === null ? {} : { retryAfterSeconds }
      return { kind: 'deferred', reason: reason('451 4.7.1 try again later'), ...wait }
    }
    case 'reject':
      return { kind: 'rejected', reason: reason('550 5.7.1 refused') }
    // Only this email waits: a rule of one project never stops the email of another.
    case 'block':
      return { kind: 'blocked', doubtful: true, reason: reason('535 5.7.8 login refused') }
    case 'hold':
      return { kind: 'ambiguous', hold: true, reason: reason('the connection broke after the dot') }
    default:
      return undefined
  }
}

const fates: Partial<Readonly<Record<PracticeAction, string>>> = {
  delay: 'delayed',
  bounce: 'bounced',
  complain: 'complained',
}

/** A capture, with what is to be told afterwards of those that are in it. */
function told(one: Try, drawnFor: DrawnFor): Try[] {
  if (one.outcome.kind !== 'captured') return [one]
  return apart(one.recipients, drawnFor).map((recipients) => {
    const drawn = drawnFor(recipients[0]!)
    if (!drawn) return { ...one, recipients }
    const reason = practiceReason(drawn.number, fates[drawn.rule.then] ?? '')
    return { ...one, recipients, outcome: { kind: 'captured', reason } }
  })
}
