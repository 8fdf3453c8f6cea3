import { useMemo } from 'preact/hooks'
import { severityNames } from './finding-list.tsx'
import { idOf, markedLines, type Finding, type Line, type Piece } from './marks.ts'

interface MarkedSourceProps {
  readonly html: string
  readonly findings: readonly Finding[]
}

/** Longest source that is shown, in characters, and most lines: no one reads more. */
const longest = 200_000
const mostLines = 5_000

/** The html as it is written, with what the findings speak of marked. Its text is only text here. */
export function MarkedSource({ html, findings }: MarkedSourceProps) {
  const lines = useMemo(
    () => markedLines(html.slice(0, longest), findings).slice(0, mostLines),
    [html, findings],
  )
  return (
    <section class="marked" aria-label="The html, with what was found">
      <ol class="plain">
        {lines.map((line) => (
          <SourceLine key={line.number} line={line} />
        ))}
      </ol>
      {(html.length > longest || lines.length === mostLines) && (
        <p class="soft">The rest is not shown here.</p>
      )}
    </section>
  )
}

function SourceLine({ line: { number, pieces } }: { readonly line: Line }) {
  return (
    <li value={number}>
      {pieces.map((piece, n) =>
        piece.column === undefined ? piece.text : <Mark key={n} line={number} piece={piece} />,
      )}
    </li>
  )
}

function Mark({ line, piece }: { readonly line: number; readonly piece: Piece }) {
  const { column = 1, severity = 'note', said = [], text } = piece
  return (
    <mark id={idOf({ line, column })} class={severity} title={said.join('\n')} tabIndex={-1}>
      <span class="unseen">{`${severityNames[severity]}: ${said.join(' ')} `}</span>
      {text || ' '}
    </mark>
  )
}
