import type { CapturedEmail } from '../data/answers.ts'
import { href } from '../shell/place.ts'
import { HtmlFrame } from '../parts/html-frame.tsx'
import { Source } from '../parts/source.tsx'
import { Checks } from './checks.tsx'

interface CaptureBodyProps {
  readonly email: CapturedEmail
  /** Where it comes from. */
  readonly path: string
  /** Where the console shows it, without the tab. */
  readonly at: readonly string[]
  readonly tab?: string
  readonly q: string
}

/** The parts of an email, each at an address of its own. */
export function CaptureBody({ email, path, at, tab, q }: CaptureBodyProps) {
  const tabs = [
    ...(email.html === null ? [] : ['html']),
    ...(email.text === null ? [] : ['text']),
    'headers',
    'source',
    // One that is attached is a part of the one that is checked.
    ...(at.length === 2 ? ['checks'] : []),
  ]
  const current = tab && tabs.includes(tab) ? tab : tabs[0]!
  return (
    <div class="body">
      <nav class="tabs" aria-label="Parts of the email">
        {tabs.map((name) => (
          <a
            key={name}
            href={href([...at, name], { q })}
            aria-current={name === current ? 'page' : undefined}
          >
            {tabLabels[name]}
          </a>
        ))}
      </nav>
      {current === 'html' && (
        <HtmlFrame path={`${path}/html`} subject={email.subject} html={email.html ?? ''} />
      )}
      {current === 'text' && <pre class="plain">{email.text}</pre>}
      {current === 'headers' && <Headers email={email} />}
      {current === 'source' && <Source path={path} />}
      {current === 'checks' && <Checks path={path} html={email.html} />}
    </div>
  )
}

const tabLabels: Readonly<Record<string, string>> = {
  html: 'HTML',
  text: 'Text',
  headers: 'Headers',
  source: 'Source',
  checks: 'Checks',
}

function Headers({ email }: { readonly email: CapturedEmail }) {
  return (
    <dl class="headers">
      {email.headers.map(({ name, value }, n) => (
        <div key={n}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
