import { conceal } from '../../engines/smtp/conceal.ts'
import { remoteText } from '../../mail/email/outcome.ts'
import type { MailboxWish } from './wish.ts'

/** What is wrong with a mailbox, in a word that may stand in a log. */
type TroubleKind = 'settings' | 'login' | 'certificate' | 'folder' | 'connection'

/** What a person must correct before the mailbox can be read. */
export class MailboxError extends Error {
  override readonly name = 'MailboxError'
  readonly kind: TroubleKind

  constructor(kind: TroubleKind, message: string) {
    super(message)
    this.kind = kind
  }
}

export interface MailboxTrouble {
  readonly kind: TroubleKind
  /** For people: may hold the server's own words, and never a secret. */
  readonly reason: string
}

/** What of an error of the client is told. */
interface Told extends Error {
  readonly code?: string
  readonly kind?: TroubleKind
  readonly authenticationFailed?: boolean
  readonly mailboxMissing?: boolean
  readonly responseText?: string
}

/** Says why the mailbox cannot be read. */
export function troubleOf(error: unknown, { imap, secrets }: MailboxWish): MailboxTrouble {
  const told = error as Told
  const kind = kindOf(told)
  const said = remoteText(told.responseText ?? told.message)
  const words = `${imap.host}:${imap.port}: ${sentences[kind](said, imap.folder)}`
  return { kind, reason: conceal(undefined, secrets)(words) }
}

function kindOf({ kind, code = '', authenticationFailed, mailboxMissing }: Told): TroubleKind {
  if (kind) return kind
  if (authenticationFailed) return 'login'
  if (mailboxMissing) return 'folder'
  return /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code) ? 'certificate' : 'connection'
}

const sentences: Readonly<Record<TroubleKind, (said: string, folder: string) => string>> = {
  settings: (said) => said,
  login: (said) => `the login is refused: ${said}`,
  certificate: (said) => `its certificate is not accepted: ${said}`,
  folder: (said, folder) => `the folder ${folder} cannot be opened: ${said}`,
  connection: (said) => said,
}
