import * as z from 'zod'
import { auditDays } from '../email/audit.ts'
import { eventDays } from '../email/event.ts'
import { emailStates, isSettled, type EmailState } from '../email/states.ts'

const longestDays = 3_650

/**
 * A replay with its Idempotency-Key, good for 24 hours, has to find its email: one day would be an
 * hour too few (`youngestMs` of the cleanup).
 */
const leastEmailDays = 2

const days = (least: number, most = longestDays) => z.number().int().min(least).max(most)
const emailDays = days(leastEmailDays).nullable().default(null)
const captureDays = days(1).nullable().default(null)

const settledStates = emailStates.filter(isSettled)

/** How long what is kept is kept, by its kind. */
export const retention = z
  .strictObject({
    emailDays: emailDays.describe(
      'Days to keep the record of an email after it settled. `null`: as deployed (`POSTERN_KEEP`, `keepDays`).',
    ),
    states: z
      .strictObject(
        Object.fromEntries(
          settledStates.map((state) => [state, emailDays.describe(inState(state))]),
        ) as Record<EmailState, typeof emailDays>,
      )
      .prefault({}),
    captureDays: captureDays.describe(
      'Days to keep captured emails. `null`: as deployed (`POSTERN_KEEP`, `keepDays`).',
    ),
    // Webhooks are tried for 28 hours, and those who read events may be away for a weekend.
    eventDays: days(3, eventDays)
      .default(eventDays)
      .describe('Days to keep events, and what webhooks were told.'),
    auditDays: days(30).default(auditDays).describe('Days to keep the audit.'),
  })
  .prefault({})

function inState(state: EmailState): string {
  return `Days to keep the record of an email that is ${state}, of whichever project. \`null\`: as the others.`
}

/** What a project keeps otherwise. */
export const retentionOfProject = z
  .strictObject({
    emailDays,
    captureDays,
    contentDays: z.number().min(0).max(365).nullable().default(null),
  })
  .prefault({})
