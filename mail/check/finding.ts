/**
 * - `error`: readers are kept from something: an email that is cut off, a picture without words.
 * - `warning`: many readers, or a provider, will notice.
 * - `note`: worth knowing; some readers will notice.
 */
export const severities = ['error', 'warning', 'note'] as const

export type Severity = (typeof severities)[number]

/** Where something stands in the source of the html; both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** One thing that was found in an email. */
export interface Finding {
  /** Its name, such as `html.alt` or `support.css-gap`. */
  readonly rule: string
  readonly severity: Severity
  /** One sentence, in English. May quote the email: hostile. */
  readonly text: string
  /** Where in the html it stands first; null: it is about the email as a whole. */
  readonly line: number | null
  readonly column: number | null
  /** Where else, up to a bound. */
  readonly also: readonly Place[]
  /** How often it was found. */
  readonly count: number
  /** The mail clients whose readers notice; empty: all of them. */
  readonly clients: readonly string[]
}

/** Places of one finding that are listed; more are only counted. */
const mostPlaces = 50

type About = Pick<Finding, 'rule' | 'severity' | 'text'> & { readonly clients?: readonly string[] }

/** A finding about these places; about the email as a whole where there are none. */
export function finding(about: About, places: readonly Place[] = [], count?: number): Finding {
  const [first, ...also] = places.slice(0, mostPlaces)
  return {
    clients: [],
    ...about,
    line: first?.line ?? null,
    column: first?.column ?? null,
    also,
    count: count ?? Math.max(1, places.length),
  }
}

/** The worst first, then in the order of the source. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity, line, column }: Finding) =>
    [severities.indexOf(severity), line ?? 0, column ?? 0] as const
  return findings.toSorted((one, other) => {
    const [a, b] = [rank(one), rank(other)]
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
  })
}
