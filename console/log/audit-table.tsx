import type { AuditItem } from '../data/answers.ts'
import { Time } from '../parts/time.tsx'

/** Lines of the audit: what, by whom, of what. */
export function AuditTable({ lines }: { readonly lines: readonly AuditItem[] }) {
  return (
    <div class="card table-card">
      <table class="table events">
        <thead>
          <tr>
            <th scope="col">Change</th>
            <th scope="col">By</th>
            <th scope="col">Of</th>
            <th scope="col" class="end">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Line({ line }: { readonly line: AuditItem }) {
  const { action, outcome, about, changes, at } = line
  const of = changes.length > 0 ? changes.join(', ') : (about ?? '')
  const [tone, ending] = outcomes[outcome]
  return (
    <tr>
      <td>
        <span class={`state ${tone}`}>
          {inWords(action)}
          {ending}
        </span>
      </td>
      <td class="clip">{byOf(line)}</td>
      <td>
        <span class="words clip" title={of}>
          {of}
        </span>
      </td>
      <td class="end soft">
        <Time at={at} />
      </td>
    </tr>
  )
}

const outcomes = {
  begun: ['warn', ', or not: cut off'],
  done: ['good', ''],
  refused: ['bad', ': refused'],
} as const satisfies Record<AuditItem['outcome'], unknown>

/** `webhook.secret_rotated` as words. */
function inWords(action: string): string {
  const words = action.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function byOf({ by: { actor, id, name } }: AuditItem): string {
  if (actor === 'key') return name ?? id ?? 'a key'
  if (actor === 'console') return `${name ?? id ?? 'a key'}, in the console`
  return {
    local: 'on this machine',
    aws: 'AWS credentials',
    command: 'a command',
    start: 'the first start',
  }[actor]
}
