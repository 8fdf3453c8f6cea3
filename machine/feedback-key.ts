import { withFeedbackKey } from '../mail/configure/feedback-key.ts'
import { saveSettings } from '../mail/configure/save.ts'
import type { Postern } from '../mail/ports/postern.ts'

/**
 * Makes the key that bounce addresses are signed with where the deployment names a bounce domain and
 * nothing was ever saved: without it, what comes back would not be believed.
 */
export async function makeFeedbackKey(postern: Postern): Promise<void> {
  const { settings, saved, version, faults } = await postern.inForce.refresh()
  const isMissing = Object.keys(withFeedbackKey(settings, {})).length > 0
  // Saving would need the document that is broken; the next start sees it mended.
  if (faults.length > 0 || !isMissing) return
  // Starting waits for no server: it may be down just now.
  await saveSettings(postern, { settings: saved, version, force: true })
}
