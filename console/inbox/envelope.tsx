import type { CaptureDetail } from '../data/answers.ts'
import { Time } from '../parts/time.tsx'
import { bytes, mailbox } from '../parts/words.ts'
import { href } from '../shell/place.ts'

/** Who it is from and to, as the headers say, and who else would have got it. */
export function Envelope({ capture }: { readonly capture: CaptureDetail }) {
  const named = capture.header_from.map(mailbox).join(', ')
  const shown = [...capture.header_to, ...capture.header_cc].map(({ address }) => address)
  const hidden = capture.to.filter((address) => !shown.includes(address))
  const facts: [string, string][] = [
    ['From', named || capture.from],
    ['To', capture.header_to.map(mailbox).join(', ')],
    ['Cc', capture.header_cc.map(mailbox).join(', ')],
    [shown.length > 0 ? 'Bcc' : 'Recipients', hidden.join(', ')],
    ['Reply-To', capture.header_reply_to.map(mailbox).join(', ')],
  ]
  return (
    <dl class="sheet">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      <div>
        <dt>Captured</dt>
        <dd>
          <Time at={capture.created_at} exact /> · {bytes(capture.size)} ·{' '}
          <a href={href(['log', capture.email_id])}>its record in the log</a>
        </dd>
      </div>
    </dl>
  )
}
