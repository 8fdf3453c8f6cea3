import { emailStates, isSettled } from '../mail/email/states.ts'
import type { Note } from './settings-note.ts'

/** What is there already, and when what is new is removed. */
const keptInWords =
  'On one machine what is there already goes or stays by the new number within ten minutes. In AWS the end of an item is written with it: the number counts for what is written, settles or is captured from then on.'

const ofStates = Object.fromEntries(
  emailStates
    .filter(isSettled)
    .map((state) => [
      `retention.states.${state}`,
      { example: 365, unit: 'days', more: keptInWords } satisfies Note,
    ]),
)

/** How long what is kept is kept. */
export const retentionNotes: Readonly<Record<string, Note>> = {
  'retention.emailDays': {
    example: 90,
    unit: 'days',
    more: `Goes before \`POSTERN_KEEP\` and \`keepDays\`; \`retention.states\` and a project of its own go before it. The number of emails in \`POSTERN_KEEP\` still bounds them all. ${keptInWords}`,
  },
  ...ofStates,
  'retention.captureDays': {
    example: 7,
    unit: 'days',
    more: `In AWS the bytes of a capture are kept for \`keepDays\` at most, whatever is said here: deploy with more for more. ${keptInWords}`,
  },
  'retention.eventDays': {
    example: 14,
    unit: 'days',
    more: `Webhooks are tried for 28 hours, and those who read events may be away for a weekend. ${keptInWords}`,
  },
  'retention.auditDays': { example: 730, unit: 'days', more: keptInWords },
}
