import { randomBytes } from 'node:crypto'
import type { Settings } from '../settings/settings.ts'

/** Adds the key that emails are sealed with where they can come back and there is none yet. */
export function withFeedbackKey(
  { feedback, secrets: pinned }: Settings,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const isThere = pinned[name] !== undefined || given[name] !== undefined
  const canComeBack = feedback.bounceDomain !== null || feedback.imap.host !== ''
  if (isThere || !canComeBack) return given
  return { ...given, [name]: randomBytes(32).toString('base64url') }
}

const name = 'feedback.key'
