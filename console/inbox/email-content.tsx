import type { CapturedEmail } from '../data/answers.ts'
import { Notice } from '../parts/notice.tsx'
import { href } from '../shell/place.ts'
import { CaptureBody } from './capture-body.tsx'
import { Attachments, Finds } from './finds.tsx'

interface EmailContentProps {
  readonly email: CapturedEmail
  /** Where it comes from. */
  readonly path: string
  /** Where the console shows it, without the tab. */
  readonly at: readonly string[]
  readonly tab?: string
  readonly q: string
}

/** What is in an email: what is wrong with it, its codes, links and files, and its parts. */
export function EmailContent({ email, path, at, tab, q }: EmailContentProps) {
  const [, id = '', , within] = at
  const hrefOf = (n: number) =>
    href(['inbox', id, 'emails', within === undefined ? `${n}` : `${within}.${n}`], { q })
  return (
    <>
      {email.malformed && (
        <Notice tone="warn" title="This email is malformed">
          <p class="words">{email.malformed}</p>
        </Notice>
      )}
      <Finds email={email} />
      <Attachments email={email} path={path} hrefOf={hrefOf} />
      <CaptureBody email={email} path={path} at={at} tab={tab} q={q} />
    </>
  )
}
