import type { SuppressionReason } from '../../mail/email/suppression.ts'
import type { SuppressionSummary } from '../data/answers.ts'
import { project } from '../data/project.ts'

/** Why an address gets nothing, as a person says it. */
export const reasonLabels: Readonly<Record<SuppressionReason, string>> = {
  bounce: 'Bounced',
  complaint: 'Called an email spam',
  unsubscribe: 'Unsubscribed',
  manual: 'Added by a person',
}

export const reasons = Object.keys(reasonLabels) as SuppressionReason[]

export function reasonsOf({ causes }: SuppressionSummary): string {
  return causes.map(({ reason }) => reasonLabels[reason]).join(', ')
}

/** What it is limited to, where that is not clear from what is shown. */
export function boundsOf({ list, project: own }: SuppressionSummary): string[] {
  const isClear = own === project || (own === 'default' && project !== '*')
  const where = own === '*' ? 'in all projects' : isClear ? '' : `in ${own}`
  return [list === null ? '' : `list ${list}`, where].filter((words) => words !== '')
}
