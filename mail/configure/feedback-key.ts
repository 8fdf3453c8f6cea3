import { randomBytes } from 'node:crypto'
import type { Settings } from '../settings/settings.ts'

/** Adds the key that bounce addresses are signed with where they are wanted and there is none yet. */
export function withFeedbackKey(
  { feedback, secrets: pinned }: Settings,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const isThere = pinned[name] !== undefined || given[name] !== undefined
  if (isThere || feedback.bounceDomain === null) return given
  return { ...given, [name]: randomBytes(32).toString('base64url') }
}

const name = 'feedback.key'
