import { request } from '../data/request.ts'
import { confirm } from '../shell/confirm.tsx'
import { tell } from '../shell/toasts.tsx'

/** Asks, and deletes a returned email. @returns whether it did */
export async function removeAfterAsking(id: string): Promise<boolean> {
  if (!(await confirm(question))) return false
  await request('DELETE', `/v1/feedback/mail/${encodeURIComponent(id)}`)
  tell('The returned email is deleted.')
  return true
}

const question = {
  title: 'Delete this returned email?',
  text: 'It is deleted for good. It changed nothing, and nothing else changes.',
  deed: 'Delete',
  tone: 'danger',
} as const
