import type { CaptureChecks } from '../data/answers.ts'
import { count } from '../parts/words.ts'

/** What SpamAssassin says, each rule that counted with its points. */
export function SpamVerdict({ verdict }: { readonly verdict: NonNullable<CaptureChecks['spam']> }) {
  const counted = verdict.rules
    .filter(({ score }) => score !== 0)
    .toSorted((a, b) => b.score - a.score)
  return (
    <details>
      <summary>
        SpamAssassin: {verdict.score} points, where {verdict.threshold} are spam
      </summary>
      <ul class="plain-list">
        {counted.map(({ name, score, description }) => (
          <li key={name}>
            <b>{score}</b> {name}: {description}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What the addresses answered. */
export function CheckedLinks({ links }: { readonly links: NonNullable<CaptureChecks['links']> }) {
  return (
    <details open>
      <summary>{count(links.length, 'link')} asked</summary>
      <ul class="plain-list">
        {links.map(({ url, status, reason }) => (
          <li key={url}>
            <b>{status ?? 'No answer'}</b> {url} {reason && <span class="soft">{reason}</span>}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** Which HTML and CSS it uses that some mail clients do not support. */
export function ClientSupport({ support }: { readonly support: CaptureChecks['support'] }) {
  const partly = support.features.filter(
    ({ partial, unsupported }) => partial.length + unsupported.length > 0,
  )
  if (partly.length === 0) return null
  return (
    <details>
      <summary>{count(partly.length, 'feature')} that some mail clients lack</summary>
      <dl class="support">
        {partly.map(({ slug, title, url, partial, unsupported }) => (
          <div key={slug}>
            <dt>
              <a href={url} target="_blank" rel="noreferrer">
                {title}
              </a>
            </dt>
            {unsupported.length > 0 && <dd>Not in {unsupported.join(', ')}</dd>}
            {partial.length > 0 && <dd class="soft">In part in {partial.join(', ')}</dd>}
          </div>
        ))}
      </dl>
    </details>
  )
}
