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

/** Whether its email leaves: the others keep it, or keep it waiting. */
export function sends(name: EngineName): boolean {
  return name !== 'noop' && name !== 'disabled'
}
