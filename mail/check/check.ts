import { checkAccessibility } from './accessibility.ts'
import { checkContrast } from './contrast.ts'
import { finding, inOrder, type Finding } from './finding.ts'
import { scanHtml } from './html-scan.ts'
import { placesIn } from './places.ts'
import { countFeatures, loadSupport, supportFinding, type FeatureUse } from './support.ts'
import { checkWhole, type Whole } from './whole.ts'

export type { FeatureUse } from './support.ts'

/** What was found in an email, and how well clients support what it uses. */
export interface Report {
  /** The worst first. */
  readonly findings: readonly Finding[]
  readonly support: Support
}

export interface Support {
  /** What the verdicts are from, and of when. */
  readonly source: string
  /** Elements of the html. */
  readonly nodes: number
  /** What it uses of that which caniemail tests, also what every client supports. */
  readonly features: readonly FeatureUse[]
}

/**
 * Checks what an email is made of: how mail clients support its html and css, whether everyone can
 * read it, its size, its text part, and how one gets off its list. Asks nothing of the network.
 *
 * Takes time by the length of the html, a quarter of a second at most whatever it holds: where that
 * is too long for an event loop, it is called in a thread.
 */
export async function checkContent(email: Whole): Promise<Report> {
  const { html } = email
  const data = await loadSupport()
  if (html === undefined)
    return {
      findings: inOrder(checkWhole(email)),
      support: { source: data.source, nodes: 0, features: [] },
    }
  const placeOf = placesIn(html)
  const features = countFeatures(data, placeOf)
  const [accessibility, contrast] = [checkAccessibility(placeOf), checkContrast(placeOf)]
  const isWhole = scanHtml(html, [features, accessibility, contrast])
  const used = features.used()
  const findings = [
    ...checkWhole(email),
    ...accessibility.findings(),
    ...contrast.findings(),
    ...used.flatMap(supportFinding),
    ...(isWhole ? [] : [cutOff]),
  ]
  return {
    findings: inOrder(findings),
    support: { source: data.source, nodes: features.nodes(), features: used },
  }
}

const cutOff = finding({
  rule: 'html.too-much',
  severity: 'error',
  text: 'The html is nested too deeply, or has too many tags or styles: only its beginning was checked.',
})
