import * as z from 'zod'
import { streams as names, usualWeights, type Stream } from '../email/stream.ts'
import { pausedLanes } from './paused-lanes.ts'

/** The stream that is taken unless an email or a key names another; of a project, or of all. */
export const usualStream = z.enum(names).nullable().default(null)

/** With both at least 1, neither stream ever waits for the other to end. */
const weight = (of: Stream) =>
  z.number().int().min(1).max(100).default(usualWeights[of]).describe(`The weight of ${of} email.`)

export const streams = z
  .strictObject({
    usual: usualStream.describe(
      'The stream of emails for which neither the email nor its key names one. `null`: bulk for a batch of more than 50 and for what has List-Unsubscribe, else transactional.',
    ),
    share: z
      .strictObject({ transactional: weight('transactional'), bulk: weight('bulk') })
      .prefault({})
      .describe(
        'How the streams share what may leave while emails of both wait, by weight. What one does not use is lent to the other.',
      ),
    paused: pausedLanes,
  })
  .prefault({})
