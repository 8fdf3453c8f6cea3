/** Every engine that settings may name; `engines/index.ts` has a factory for each. */
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
