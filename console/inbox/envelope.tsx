import type { CaptureDetail, CapturedEmail } from '../data/answers.ts'
import { Facts, type Fact } from '../parts/facts.tsx'
import { Time } from '../parts/time.tsx'
import { bytes, mailbox } from '../parts/words.ts'
import { href } from '../shell/place.ts'

/** Who it is from and to, as the headers say, and who else would have got it. */
export function Envelope({ capture }: { readonly capture: CaptureDetail }) {
  const named = capture.header_from.map(mailbox).join(', ')
  const shown = [...capture.header_to, ...capture.header_cc].map(({ address }) => address)
  const hidden = capture.to.filter((address) => !shown.includes(address))
  const facts: Fact[] = [
    ['From', named || capture.from],
    ['To', capture.header_to.map(mailbox).join(', ')],
    ['Cc', capture.header_cc.map(mailbox).join(', ')],
    [shown.length > 0 ? 'Bcc' : 'Recipients', hidden.join(', ')],
    ['Reply-To', capture.header_reply_to.map(mailbox).join(', ')],
  ]
  return (
    <Facts facts={facts}>
      <div>
        <dt>Captured</dt>
        <dd>
          <Time at={capture.created_at} exact /> · {bytes(capture.size)} ·{' '}
          <a href={href(['log', capture.email_id])}>its record in the log</a>
        </dd>
      </div>
    </Facts>
  )
}

/** The same of an email that is attached to another: it has no envelope. */
export function AttachedEnvelope({ email }: { readonly email: CapturedEmail }) {
  const sent = email.headers.find(({ name }) => name.toLowerCase() === 'date')
  const facts: Fact[] = [
    ['From', email.header_from.map(mailbox).join(', ')],
    ['To', email.header_to.map(mailbox).join(', ')],
    ['Cc', email.header_cc.map(mailbox).join(', ')],
    ['Reply-To', email.header_reply_to.map(mailbox).join(', ')],
    ['Date', sent?.value ?? ''],
  ]
  return <Facts facts={facts} />
}
