import type { EngineName } from '../email/engine-name.ts'

/** What a form says of an engine. */
interface EngineWords {
  /** Its name as its maker writes it. */
  readonly label: string
  /** What it does or needs, in one sentence. */
  readonly description: string
  /** Whether its email carries the DKIM signature of Postern: its code calls `signerOf`. */
  readonly signs?: true
}

/** Every engine in the order of a form: what people look for first comes first. */
export const engineWords: Readonly<Record<EngineName, EngineWords>> = {
  noop: { label: 'Capture', description: 'Keeps every email here to look at. None is sent.' },
  smtp: { label: 'SMTP', description: 'A mail server, or a provider by name.', signs: true },
  ses: {
    label: 'Amazon SES',
    description: 'With the AWS credentials that Postern runs with; there is no key to enter.',
  },
  sendgrid: { label: 'SendGrid', description: 'Through its HTTP API, with an API key.' },
  resend: { label: 'Resend', description: 'Through its HTTP API, with an API key.' },
  postmark: { label: 'Postmark', description: 'Through its HTTP API, with a server token.' },
  mailgun: {
    label: 'Mailgun',
    description: 'Through its HTTP API, with an API key, in the region of the account.',
  },
  sendmail: {
    label: 'sendmail',
    description: 'The mail program of this machine, which is fixed where Postern was deployed.',
    signs: true,
  },
  disabled: {
    label: 'Switched off',
    description: 'Refuses new email; what waits keeps waiting.',
  },
}
