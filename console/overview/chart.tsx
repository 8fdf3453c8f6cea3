import type { EmailState } from '../../mail/email/states.ts'
import { clock, dateFormat } from '../parts/date-format.ts'
import type { Stats } from '../data/answers.ts'
import { number } from '../parts/words.ts'

/** How the states are told apart: few enough to be seen at a glance, worst on top. */
const series = [
  { name: 'Sent', tone: 'good' },
  { name: 'Captured', tone: 'quiet' },
  { name: 'Canceled', tone: 'faint' },
  { name: 'Failed', tone: 'bad' },
] as const

/** Where each state is counted; what has not settled is nowhere. */
const seriesOf: Readonly<Record<EmailState, (typeof series)[number]['name'] | undefined>> = {
  scheduled: undefined,
  queued: undefined,
  sending: undefined,
  held: undefined,
  sent: 'Sent',
  delivery_delayed: 'Sent',
  delivered: 'Sent',
  captured: 'Captured',
  discarded: 'Captured',
  canceled: 'Canceled',
  suppressed: 'Canceled',
  failed: 'Failed',
  bounced: 'Failed',
  complained: 'Failed',
}

const hourMs = 3_600_000
const height = 100

/** The last 24 hours by what emails came to, an hour a bar. */
export function Chart({ stats }: { readonly stats: Stats }) {
  const hours = lastHours(stats)
  const most = Math.max(...hours.map(({ total }) => total), 1)
  const isEmpty = hours.every(({ total }) => total === 0)
  return (
    <figure class="chart">
      <div class="plot">
        {isEmpty ? (
          <p class="nothing">No email settled in the last 24 hours.</p>
        ) : (
          <span class="most">{number(most)}</span>
        )}
        <svg viewBox={`0 0 24 ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {hours.map(({ at, label, counts }, n) => (
            <g key={at}>
              <title>{label}</title>
              <rect class="hour" x={n} y="0" width="1" height={height} />
              {stack(counts, most).map(({ tone, y, h }) => (
                <rect key={tone} class={tone} x={n + 0.14} y={y} width="0.72" height={h} />
              ))}
            </g>
          ))}
        </svg>
      </div>
      <div class="axis" aria-hidden="true">
        {[0, 6, 12, 18, 23].map((n) => (
          <span key={n}>{timeOfDay(hours[n]!.at)}</span>
        ))}
      </div>
      <figcaption>
        {series.map(({ name, tone }) => (
          <span key={name} class={`legend ${tone}`}>
            {name} <b>{number(sumOf(stats.totals, name))}</b>
          </span>
        ))}
      </figcaption>
      <Told told={stats.told} />
      <HourTable hours={hours} />
    </figure>
  )
}

/** What providers and returned email told in these hours, often of emails from before. */
function Told({ told }: { readonly told: Stats['told'] }) {
  const parts = wordsOfTold(told)
  return parts.length > 0 ? <p class="told">Told of recipients: {parts.join(', ')}</p> : null
}

function wordsOfTold(told: Stats['told']): string[] {
  return Object.entries(toldWords).flatMap(([type, word]) => {
    const n = told[type as keyof typeof toldWords] ?? 0
    return n > 0 ? [`${number(n)} ${word}`] : []
  })
}

const toldWords: Readonly<Record<keyof Stats['told'], string>> = {
  'email.delivered': 'delivered',
  'email.delivery_delayed': 'delayed',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
}

interface Hour {
  readonly at: number
  readonly counts: readonly number[]
  readonly total: number
  /** Shown when the pointer rests on it. */
  readonly label: string
}

/** All 24, those without any email too. */
function lastHours({ hours }: Stats): Hour[] {
  const known = new Map(hours.map((hour) => [Date.parse(hour.at), hour]))
  const now = Math.floor(Date.now() / hourMs) * hourMs
  return Array.from({ length: 24 }, (_, n) => {
    const at = now - (23 - n) * hourMs
    const counts = series.map(({ name }) => sumOf(known.get(at)?.settled ?? {}, name))
    const parts = series.flatMap(({ name }, i) => (counts[i] ? [`${name} ${counts[i]}`] : []))
    const all = [...parts, ...wordsOfTold(known.get(at)?.told ?? {})]
    const label = `${timeOfDay(at)}: ${all.join(', ') || 'nothing'}`
    return { at, counts, total: counts.reduce((a, b) => a + b, 0), label }
  })
}

/** From the ground up; what there is any of can be seen. */
function stack(counts: readonly number[], most: number) {
  let top = height
  return series.flatMap(({ tone }, i) => {
    if (!counts[i]) return []
    const h = Math.max((counts[i] / most) * (height - 6), 2)
    top -= h
    return [{ tone, y: top, h }]
  })
}

function HourTable({ hours }: { readonly hours: readonly Hour[] }) {
  return (
    <table class="unseen">
      <caption>Emails by hour</caption>
      <thead>
        <tr>
          <th>Hour</th>
          {series.map(({ name }) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {hours
          .filter(({ total }) => total > 0)
          .map(({ at, counts }) => (
            <tr key={at}>
              <th>{timeOfDay(at)}</th>
              {counts.map((n, i) => (
                <td key={i}>{n}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  )
}

/** How many came to what is shown under this name. */
export function sumOf(counts: Stats['totals'], name: string): number {
  const states = (Object.keys(counts) as EmailState[]).filter((state) => seriesOf[state] === name)
  return states.reduce((total, state) => total + (counts[state] ?? 0), 0)
}

const timeOfDay = dateFormat(clock)
