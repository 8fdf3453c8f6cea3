import * as z from 'zod'

/** `null`: never. */
const percent = (usual: number, what: string) =>
  z.number().positive().max(100).nullable().default(usual).describe(what)

/**
 * When Postern warns of a sender, and when its bulk email waits. Amazon SES puts accounts under review
 * at 5 % bounces and 0.1 % complaints, Gmail and Yahoo ask for less than 0.1 % complaints.
 */
export const guardian = z
  .strictObject({
    windowHours: z
      .number()
      .int()
      .min(1)
      .max(168)
      .default(72)
      .describe('Rates are those of what was sent within so many hours.'),
    leastRecipients: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(500)
      .describe('With fewer recipients than this, one bounce says nothing, and no rate counts.'),
    bounces: z
      .strictObject({
        warnPercent: percent(2, 'Warn from so many percent of hard bounces; `null`: never.'),
        holdPercent: percent(
          4,
          'Hold bulk email from so many percent of hard bounces; `null`: never. Transactional email is never held.',
        ),
      })
      .prefault({}),
    complaints: z
      .strictObject({
        warnPercent: percent(0.05, 'Warn from so many percent of complaints; `null`: never.'),
        holdPercent: percent(
          0.08,
          'Hold bulk email from so many percent of complaints; `null`: never.',
        ),
      })
      .prefault({}),
  })
  .prefault({})

export type GuardianSettings = z.output<typeof guardian>
