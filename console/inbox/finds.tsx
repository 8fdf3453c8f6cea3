import type { CapturedEmail } from '../data/answers.ts'
import { addressOf } from '../data/page-half.ts'
import { Copy } from '../parts/copy.tsx'
import { Icon } from '../parts/icon.tsx'
import { bytes } from '../parts/words.ts'

/** What a captured email is opened for: the code to type in, the link to follow. */
export function Finds({ email: { codes, links } }: { readonly email: CapturedEmail }) {
  if (codes.length === 0 && links.length === 0) return null
  return (
    <div class="finds">
      {codes.length > 0 && (
        <section aria-label="One-time codes">
          <h2>{codes.length === 1 ? 'Code' : 'Codes'}</h2>
          <ul class="codes">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
                <Copy text={code} label={`Copy ${code}`} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {links.length > 0 && (
        <details open={links.length <= 3}>
          <summary>
            <h2>{links.length === 1 ? '1 link' : `${links.length} links`}</h2>
          </summary>
          <ul class="links">
            {links.map((link) => (
              <li key={link}>
                <a href={link} target="_blank" rel="noopener noreferrer nofollow">
                  {link}
                </a>
                <Copy text={link} label="Copy the link" />
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

interface AttachmentsProps {
  readonly email: CapturedEmail
  /** Where its files are downloaded from. */
  readonly path: string
  /** Where the console shows an attached email, by its number. */
  readonly hrefOf: (n: number) => string
}

export function Attachments({ email: { attachments }, path, hrefOf }: AttachmentsProps) {
  if (attachments.length === 0) return null
  return (
    <ul class="attachments" aria-label="Attachments">
      {attachments.map(({ n, filename, content_type, size }) => (
        <li key={n}>
          <a class="button" href={addressOf(`${path}/attachments/${n}`)} download={filename}>
            <Icon name="paperclip" />
            <span class="clip">{filename}</span>
            <span class="soft" title={content_type}>
              {bytes(size)}
            </span>
          </a>
          {isEmail.test(content_type) && (
            <a class="button" href={hrefOf(n)} aria-label={`Open ${filename}`}>
              <Icon name="mail" /> Open
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}

const isEmail = /^message\/(rfc822|global)$/
