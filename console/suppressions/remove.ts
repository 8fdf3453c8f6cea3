import type { SuppressionReason } from '../../mail/email/suppression.ts'
import type { SuppressionSummary } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { confirm } from '../shell/confirm.tsx'
import { tell } from '../shell/toasts.tsx'

/** Says what it does, asks, and takes an address from the list. @returns whether it did */
export async function removeAfterAsking(one: SuppressionSummary): Promise<boolean> {
  const title = `Send to ${one.address} again?`
  if (!(await confirm({ title, text: effectOf(one), deed: 'Remove', tone: 'danger' }))) return false
  await request('DELETE', `/v1/suppressions/${encodeURIComponent(one.id)}`)
  tell(`${one.address} may get email again.`)
  return true
}

function effectOf({ causes, list, project }: SuppressionSummary): string {
  const what = list === null ? 'email' : `email of the list “${list}”`
  const where = project === '*' ? ' in every project' : ''
  const warnings = causes.map(({ reason }) => warningOf[reason])
  const isAtSes = causes.some(({ by }) => by === 'ses')
  return [
    `From now on ${what} is sent to this address again${where}. What was not sent meanwhile is not sent later.`,
    ...warnings,
    isAtSes ? 'It is taken off the list of Amazon SES as well.' : '',
    'The history keeps for a year who removed it.',
  ]
    .filter((words) => words !== '')
    .join(' ')
}

const warningOf: Readonly<Record<SuppressionReason, string>> = {
  bounce: 'If it bounces once more, it is suppressed again.',
  complaint: 'Its owner called an email spam: another complaint hurts what you send to others.',
  unsubscribe: 'Its owner unsubscribed: remove it only if they asked you to.',
  manual: '',
}
