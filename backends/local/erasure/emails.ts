import { contentKey } from '../../../mail/content.ts'
import type { Email } from '../../../mail/email/email.ts'
import { isSettled } from '../../../mail/email/states.ts'
import { erasedEmail, isOf } from '../../../mail/erase/erased.ts'
import { deleteBlob } from '../blobs.ts'
import { emailOf, rewriteEmail, type EmailRow } from '../email-rows.ts'
import { isNamedIn, type Find, type Search, type Stage } from './stage.ts'

/** The records; with one that is to or from the address goes its content. */
export const emails: Stage = {
  kind: 'emails',
  key: { id: '' },
  select: 'SELECT * FROM emails WHERE id > ? ORDER BY id LIMIT ?',
  look(row, search) {
    const { finder } = search
    if (!Object.values(row).some((one) => typeof one === 'string' && finder.mayBeIn(one)))
      return undefined
    const email = emailOf(row as unknown as EmailRow)
    return isOf(email, finder) || isNamedIn(row, finder) ? found(email, search) : undefined
  },
}

function found(email: Email, { sql, finder }: Search): Find {
  const isOfPerson = isOf(email, finder)
  if (!isSettled(email.state)) return isOfPerson ? { waiting: email.id } : {}
  return {
    erase() {
      rewriteEmail(sql, email, erasedEmail(email, finder))
      if (isOfPerson) deleteBlob(sql, contentKey(email.id))
    },
  }
}
