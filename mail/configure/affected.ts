import { type EngineName, sends } from '../email/engine-name.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'

/** What an engine is made from, or asks about when it is verified; its secrets begin like these. */
const sections: Readonly<Record<EngineName, readonly (keyof Settings)[]>> = {
  disabled: [],
  noop: [],
  smtp: ['smtp', 'dkim'],
  sendmail: ['dkim'],
  ses: ['ses', 'from'],
  sendgrid: ['sendgrid'],
  resend: ['from'],
  postmark: ['postmark'],
  mailgun: ['mailgun'],
}

/**
 * The engines for which a change makes a difference: new ones, and those whose settings or secrets
 * are others. Only they have a say in whether it is saved.
 */
export function affectedEngines(
  before: Settings,
  after: Settings,
  secrets: Readonly<Record<string, string>>,
): readonly EngineName[] {
  const known = enginesOf(before)
  const given = Object.keys(secrets).map((name) => name.split('.')[0])
  const isOther = (section: keyof Settings) =>
    given.includes(section) || JSON.stringify(before[section]) !== JSON.stringify(after[section])
  return enginesOf(after).filter(
    (name) =>
      sends(name) &&
      (!known.includes(name) || given.includes(name) || sections[name].some(isOther)),
  )
}
