import type { Engine } from '../data/engines.ts'
import type { SchemaAnswer } from './answers.ts'
import { settingsOf, type Setting } from './form-schema.ts'

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

/** One part of the form, and what there is to fill in. */
export interface Part {
  readonly section: Section
  readonly settings: readonly Setting[]
  readonly secrets: SchemaAnswer['secrets']
}

/** The parts of the form in their order; the last holds what is newer than this page. */
export function partsOf(form: SchemaAnswer): Part[] {
  const sections = [engine, ...form.engines.map(sectionOf), dkimFor(form.engines), ...others]
  const all = settingsOf(form.schema).filter(({ path }) => !notForPeople.includes(path))
  const isHeld = ({ path }: Setting) => sections.some((section) => holds(section, path))
  return [
    ...sections.map((section) => ({
      section,
      settings: all.filter(({ path }) => holds(section, path)),
      secrets: form.secrets.filter(({ name }) => holds(section, name)),
    })),
    { section: more, settings: all.filter((setting) => !isHeld(setting)), secrets: [] },
  ]
}

const engine: Section = {
  id: 'engine',
  title: 'Engine',
  text: 'How email leaves.',
  holds: ['engine'],
}

function sectionOf({ name, label, description }: Engine): Section {
  return { id: name, title: label, text: description, holds: [`${name}.`], engines: [name] }
}

function dkimFor(engines: readonly Engine[]): Section {
  const signing = engines.filter(({ signs }) => signs)
  return {
    id: 'dkim',
    title: 'DKIM signature',
    text: `Signs what leaves by ${signing.map(({ label }) => label).join(' or ')}, so that receivers can verify it is yours.`,
    holds: ['dkim.'],
    engines: signing.map(({ name }) => name),
  }
}

const others: readonly Section[] = [
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
    id: 'practice',
    title: 'Failure practice',
    text: 'Failures on purpose, to see how an application takes them.',
    holds: ['practice.'],
    engines: ['noop'],
  },
  {
    id: 'delivery',
    title: 'Delivery',
    text: 'How fast, how long, and what is kept.',
    holds: ['delivery.', 'keepContentDays'],
  },
  {
    id: 'retention',
    title: 'Retention',
    text: 'How long records, captures, events and the audit are kept.',
    holds: ['retention.'],
  },
  {
    id: 'streams',
    title: 'Streams',
    text: 'How transactional and bulk email share what may leave.',
    holds: ['streams.'],
  },
  {
    id: 'unsubscribe',
    title: 'Unsubscribing',
    text: 'Where the links in emails of a list lead, and how lists are called.',
    holds: ['unsubscribe.'],
  },
  {
    id: 'feedback',
    title: 'Bounces and complaints',
    text: 'How Postern learns what became of email that it handed over.',
    holds: ['feedback.'],
  },
  {
    id: 'guardian',
    title: 'Guardian',
    text: 'When rates of bounces and complaints warn, and hold bulk email back.',
    holds: ['guardian.'],
  },
  {
    id: 'intake',
    title: 'Intake',
    text: 'What applications may send, and how fast.',
    holds: ['limits.', 'attachments.'],
  },
]

/** Written by Postern itself, filled in project by project, or done in the queue. */
const notForPeople = ['secrets', 'projects', 'streams.paused']

const more: Section = { id: 'more', title: 'More', text: 'Other settings.', holds: [] }

/** Whether a path belongs to a section. */
function holds({ holds: paths }: Section, path: string): boolean {
  return paths.some((one) => (one.endsWith('.') ? path.startsWith(one) : path === one))
}
