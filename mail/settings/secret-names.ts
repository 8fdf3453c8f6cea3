/** The secrets that exist, by the name used in `secrets` and on the command line. */
export const secretNames = [
  'smtp.password',
  'smtp.oauth2.clientSecret',
  'smtp.oauth2.refreshToken',
  'smtp.oauth2.privateKey',
  'sendgrid.apiKey',
  'resend.apiKey',
  'postmark.serverToken',
  'mailgun.apiKey',
  'dkim.privateKey',
  'feedback.key',
  'feedback.imap.password',
] as const

export type SecretName = (typeof secretNames)[number]
