/**
 * The settings: one schema is the source of the types, the checks, the command line's keys and
 * `docs/settings.md`. Every key says what it is for, in words for an administrator.
 */
export const engineNames = [
  'disabled',
  'noop',
  'smtp',
  'sendmail',
  'ses',
  'sendgrid',
  'resend',
  'postmark',
  'mailgun',
] as const

export type EngineName = (typeof engineNames)[number]
