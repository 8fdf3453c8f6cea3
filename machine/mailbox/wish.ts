import type { Postern } from '../../mail/ports/postern.ts'
import { presetOf } from '../../mail/settings/smtp-presets.ts'
import type { Settings } from '../../mail/settings/settings.ts'

/** Which mailbox is read, and how it is logged in to, as the settings say now. */
export interface MailboxWish {
  readonly imap: Settings['feedback']['imap']
  /** The login as the engine for SMTP reads it, with the server of the mailbox. */
  readonly login: Settings['smtp']
  /** Under the names that the engine for SMTP has for them. */
  readonly secrets: Readonly<Record<string, string>>
  /** Changes whenever anything of it does. */
  readonly key: string
}

/** Undefined where no mailbox is to be read. */
export async function mailboxWish(
  postern: Pick<Postern, 'inForce' | 'settings'>,
): Promise<MailboxWish | undefined> {
  const { settings } = await postern.inForce.current()
  const { imap } = settings.feedback
  if (imap.host === '') return undefined
  const pins = Object.fromEntries(
    Object.entries(settings.secrets).filter(([name]) => isNeeded(name)),
  )
  const { 'feedback.imap.password': password, ...secrets } =
    await postern.settings.readSecrets(pins)
  const login = loginFor(settings)
  return {
    imap,
    login,
    secrets: { ...secrets, ...(password && { 'smtp.password': password }) },
    key: JSON.stringify([imap, login, pins]),
  }
}

function isNeeded(name: string): boolean {
  return name === 'feedback.imap.password' || name.startsWith('smtp.oauth2.')
}

/** Without the preset, whose server is another; what it knows of tokens is spelled out. */
function loginFor({ smtp, feedback: { imap } }: Settings): Settings['smtp'] {
  const { host, port, security, auth, verifyCertificate, ca } = imap
  const { grant, tokenEndpoint, scope } = smtp.oauth2
  const known = smtp.preset === null ? undefined : presetOf(smtp.preset)?.oauth2
  return {
    ...smtp,
    ...{ host, port, security, auth, verifyCertificate, ca, preset: null },
    username: imap.username ?? smtp.username,
    oauth2: {
      ...smtp.oauth2,
      tokenEndpoint: tokenEndpoint ?? known?.tokenEndpoint ?? null,
      scope: imap.scope ?? scope ?? known?.scope[grant] ?? null,
    },
  }
}
