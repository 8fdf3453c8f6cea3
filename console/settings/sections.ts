import type { EngineName } from '../../mail/email/engine-name.ts'
import { engineLabel } from '../parts/words.ts'
import type { Setting } from './form-schema.ts'

export interface Section {
  /** Its name in the address: `#/settings/smtp`. */
  readonly id: string
  readonly title: string
  readonly text: string
  /** Paths or their beginnings. */
  readonly holds: readonly string[]
  /** Shown only when one of these engines is chosen. */
  readonly engines?: readonly string[]
}

/** What is said above the settings of an engine, in the order of the form. */
const engineTexts: Readonly<Record<Exclude<EngineName, 'disabled'>, string>> = {
  noop: 'Nothing is sent. Email stays here for you to look at.',
  smtp: 'Any mail server or provider that accepts email over SMTP.',
  ses: 'Signs in with the AWS credentials that Postern runs with; there is no key to enter here.',
  sendgrid: 'Through the HTTP API of SendGrid.',
  resend: 'Through the HTTP API of Resend.',
  postmark: 'Through the HTTP API of Postmark.',
  mailgun: 'Through the HTTP API of Mailgun.',
  sendmail: 'Through this machine’s mail program, which is fixed where Postern was deployed.',
}

function engineSections(): Section[] {
  return Object.entries(engineTexts).map(([name, text]) => ({
    id: name,
    title: engineLabel(name),
    text,
    holds: [`${name}.`],
    engines: [name],
  }))
}

/** The parts of the form in their order. Engine and sender have more in them than fields. */
export const sections: readonly Section[] = [
  {
    id: 'engine',
    title: 'Engine',
    text: 'How email leaves.',
    holds: ['engine'],
  },
  ...engineSections(),
  {
    id: 'dkim',
    title: 'DKIM signature',
    text: 'Signs what leaves by SMTP or sendmail, so that receivers can verify it is yours.',
    holds: ['dkim.'],
    engines: ['smtp', 'sendmail'],
  },
  {
    id: 'sender',
    title: 'Sender',
    text: 'Who email is from.',
    holds: ['from.', 'fromPolicy', 'localDomain', 'replyTo', 'senderDomains', 'headers'],
  },
  {
    id: 'safety',
    title: 'Safety',
    text: 'For staging: who may really get mail.',
    holds: ['safety.'],
  },
  {
    id: 'delivery',
    title: 'Delivery',
    text: 'How fast, how long, and what is kept.',
    holds: ['delivery.', 'keepContentDays'],
  },
  {
    id: 'intake',
    title: 'Intake',
    text: 'What applications may send, and how fast.',
    holds: ['limits.', 'attachments.'],
  },
]

/** Written by Postern itself. */
const notForPeople = ['secrets']

/** Whatever no section holds: a setting that is newer than this page. */
export const others: Section = {
  id: 'more',
  title: 'More',
  text: 'Other settings.',
  holds: [],
}

/** Whether a path belongs to a section. */
export function holds({ holds: paths }: Section, path: string): boolean {
  return paths.some((one) => (one.endsWith('.') ? path.startsWith(one) : path === one))
}

/** The settings of each section, and those of none. */
export function settingsIn(section: Section, all: readonly Setting[]): readonly Setting[] {
  if (section !== others) return all.filter(({ path }) => holds(section, path))
  return all.filter(
    ({ path }) => !notForPeople.includes(path) && !sections.some((section) => holds(section, path)),
  )
}
