import { judge, keyOf, startOf, type Judged } from '../guardian/judge.ts'
import type { Scope } from '../email/project.ts'
import type { Postern } from '../ports/postern.ts'
import type { Facts } from './facts.ts'
import { risk, wrong, type Finding } from './finding.ts'

/** A sender as it stands now. */
export interface SenderView extends Judged {
  /** Since when it is warned of or held, in milliseconds since the epoch. */
  readonly since?: number
}

/** Most senders that are shown. */
const mostShown = 100

const ranks = { held: 0, warned: 1, well: 2 } as const

/** How the recipients took what each sender sent lately: those in trouble first, then the busiest. */
export async function sendersView(
  { reputation, inForce, clock }: Pick<Postern, 'reputation' | 'inForce' | 'clock'>,
  scope: Scope,
): Promise<SenderView[]> {
  const now = clock.now()
  const { guardian: limits } = (await inForce.current()).settings
  const [hours, watches] = await Promise.all([
    reputation.read(scope, startOf(now, limits)),
    reputation.watches(scope),
  ])
  const known = new Map(watches.map((watch) => [keyOf(watch), watch]))
  return judge({ hours, watches, limits, now })
    .filter(({ sent, bounced, complained }) => sent + bounced + complained > 0)
    .map((sender): SenderView => {
      const watch = known.get(keyOf(sender))
      const isKnown = sender.level !== 'well' && watch?.level === sender.level
      return isKnown ? { ...sender, since: watch.since } : sender
    })
    .sort((a, b) => ranks[a.level] - ranks[b.level] || b.sent - a.sent)
    .slice(0, mostShown)
}

/** The same, of those that need attention. */
export async function sendersInTrouble(
  postern: Parameters<typeof sendersView>[0],
  scope: Scope,
): Promise<SenderView[]> {
  return (await sendersView(postern, scope)).filter(({ level }) => level !== 'well')
}

/** What the doctor says of them. */
export function examineSenders({ senders }: Pick<Facts, 'senders'>): Finding[] {
  return senders.map(({ project, domain, level, reason }) =>
    level === 'held'
      ? wrong(
          'sender.held',
          `bulk email from ${domain} (project ${project}) is held back: ${reason}`,
          `find out why, then run: postern --project ${project} senders resume ${domain}`,
        )
      : risk(
          'sender.warned',
          `${domain} (project ${project}): ${reason}`,
          'mail only those who asked for it, and none that bounced: see docs/guardian.md',
        ),
  )
}
