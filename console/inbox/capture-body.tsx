import type { CaptureDetail } from '../data/answers.ts'
import { href } from '../shell/place.ts'
import { HtmlFrame } from './html-frame.tsx'
import { Source } from './source.tsx'

interface CaptureBodyProps {
  readonly capture: CaptureDetail
  readonly path: string
  readonly tab?: string
  readonly q: string
}

/** The parts of an email, each at an address of its own. */
export function CaptureBody({ capture, path, tab, q }: CaptureBodyProps) {
  const tabs = [
    ...(capture.html === null ? [] : ['html']),
    ...(capture.text === null ? [] : ['text']),
    'headers',
    'source',
  ]
  const current = tab && tabs.includes(tab) ? tab : tabs[0]!
  return (
    <div class="body">
      <nav class="tabs" aria-label="Parts of the email">
        {tabs.map((name) => (
          <a
            key={name}
            href={href(['inbox', capture.id, name], { q })}
            aria-current={name === current ? 'page' : undefined}
          >
            {tabLabels[name]}
          </a>
        ))}
      </nav>
      {current === 'html' && (
        <HtmlFrame path={path} subject={capture.subject} html={capture.html ?? ''} />
      )}
      {current === 'text' && <pre class="plain">{capture.text}</pre>}
      {current === 'headers' && <Headers capture={capture} />}
      {current === 'source' && <Source path={path} />}
    </div>
  )
}

const tabLabels: Readonly<Record<string, string>> = {
  html: 'HTML',
  text: 'Text',
  headers: 'Headers',
  source: 'Source',
}

function Headers({ capture }: { readonly capture: CaptureDetail }) {
  return (
    <dl class="headers">
      {capture.headers.map(({ name, value }, n) => (
        <div key={n}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
