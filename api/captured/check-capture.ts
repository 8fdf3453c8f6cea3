import { alignmentFindings } from '../../mail/check/alignment.ts'
import type { Report } from '../../mail/check/check.ts'
import { inOrder } from '../../mail/check/finding.ts'
import { linkFindings, lookAtLinks, type LinkLook } from '../../mail/check/links.ts'
import { spamFindings, type SpamVerdict } from '../../mail/check/spam.ts'
import type { Email } from '../../mail/email/email.ts'
import type { Capture } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { applyFromPolicy } from '../../mail/settings/from-policy.ts'
import { settingsIn } from '../../mail/settings/in-project.ts'
import type { CapturedEmail } from './capture-view.ts'
import { checkAside } from './check-aside.ts'

export interface CaptureReport extends Report {
  /** Undefined: it was not asked for. */
  readonly links?: readonly LinkLook[]
  /** Undefined: there is no one to ask. */
  readonly spam?: SpamVerdict
}

/** What is asked outside of Postern. */
interface Asked {
  readonly links?: boolean
  readonly spam?: (() => Promise<SpamVerdict>) | undefined
}

/** Checks a captured email, and how it would be sent under the settings of its project. */
export async function checkCapture(
  postern: Postern,
  capture: Capture,
  { view }: CapturedEmail,
  { links = false, spam: judge }: Asked = {},
): Promise<CaptureReport> {
  const { html, text, headers: fields } = view
  const record = await postern.emails.get(capture.emailId, capture.project)
  const [report, sending, looks, spam] = await Promise.all([
    checkAside({
      ...(html !== null && { html }),
      ...(text !== null && { text }),
      fields,
      ...(record && { stream: record.stream }),
    }),
    alignment(postern, capture, record),
    links ? lookAt(postern, view.links) : undefined,
    judge?.(),
  ])
  const asked = [...linkFindings(looks ?? [], html ?? ''), ...(spam ? spamFindings(spam) : [])]
  const findings = inOrder([...report.findings, ...sending, ...asked])
  return { ...report, findings, ...(looks && { links: looks }), ...(spam && { spam }) }
}

async function alignment({ inForce }: Postern, capture: Capture, record: Email | undefined) {
  const settings = settingsIn((await inForce.current()).settings, capture.project)
  const { from, envelopeFrom } = record
    ? applyFromPolicy(record, settings)
    : { from: { address: capture.from }, envelopeFrom: capture.from }
  return alignmentFindings({ from: from.address, envelopeFrom }, settings)
}

/** Longest that one link may take, in milliseconds. */
const mostLookMs = 5_000

/** Where links lead: each asked for its status alone, behind the guard for addresses. */
export function lookAt({ web }: Postern, links: readonly string[]): Promise<LinkLook[]> {
  return lookAtLinks(links, async (url) => {
    const look = await web.look(url, mostLookMs)
    return look.kind === 'answered' ? { status: look.status } : { reason: look.reason }
  })
}
