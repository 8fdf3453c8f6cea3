import { firstOf, count } from '../parts/words.ts'
import { idOf, placesOf, type Finding, type Place } from './marks.ts'

/** Places of one finding that have a button of their own. */
const mostButtons = 8

export const severityNames: Readonly<Record<Finding['severity'], string>> = {
  error: 'Error',
  warning: 'Warning',
  note: 'Note',
}

/** What was found, the worst first, each with the way to where it stands. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul class="findings" aria-label="Findings">
      {findings.map((finding, n) => (
        <li key={n}>
          <span class={`severity ${finding.severity}`}>{severityNames[finding.severity]}</span>
          <div>
            <p>{finding.text}</p>
            <p class="soft small">{detailsOf(finding)}</p>
            <Places of={finding} />
          </div>
        </li>
      ))}
    </ul>
  )
}

function detailsOf({ rule, count: times, clients }: Finding): string {
  const often = times > 1 ? [count(times, 'time')] : []
  const readers = clients.length > 0 ? [`readers of ${firstOf(clients)}`] : []
  return [rule, ...often, ...readers].join(' · ')
}

function Places({ of }: { readonly of: Finding }) {
  const places = placesOf(of)
  if (places.length === 0) return null
  const more = places.length - mostButtons
  return (
    <p class="places">
      {places.slice(0, mostButtons).map((place) => (
        <button type="button" class="link" key={idOf(place)} onClick={() => show(place)}>
          Line {place.line}
        </button>
      ))}
      {more > 0 && <span class="soft small">and {more} more, marked below</span>}
    </p>
  )
}

/** Brings what is meant into sight, and the focus to it, from where reading goes on. */
function show(place: Place) {
  const mark = document.getElementById(idOf(place))
  mark?.scrollIntoView({ block: 'center' })
  mark?.focus({ preventScroll: true })
}
