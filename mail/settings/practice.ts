import * as z from 'zod'
import { projectName } from '../email/project.ts'
import { line, recipientPattern } from './fields.ts'
import { nameRule } from './projects.ts'

/** All of them stand in a document that AWS bounds to 8 KB. */
const mostRules = 20

/**
 * What a rule makes of an email:
 *
 * - `defer`, `reject`, `block`: what an engine answers that takes it later, never, or none at all.
 * - `hold`: the engine leaves it in doubt, and a person has to decide.
 * - `delay`, `bounce`, `complain`: it is captured, and told of afterwards as a provider would.
 */
export const practiceActions = [
  'defer',
  'reject',
  'block',
  'hold',
  'delay',
  'bounce',
  'complain',
] as const

export type PracticeAction = (typeof practiceActions)[number]

const rule = z.strictObject({
  then: z.enum(practiceActions).describe('What becomes of the email.'),
  to: recipientPattern
    .nullable()
    .default(null)
    .describe('Only these recipients: an address, `@example.com`, `@*.example.com`. `null`: all.'),
  project: z
    .string()
    .regex(projectName, nameRule())
    .nullable()
    .default(null)
    .describe('Only email of this project. `null`: all.'),
  chance: z.number().min(0).max(1).default(1).describe('How often: 1 is always, 0.1 one in ten.'),
  times: z
    .number()
    .int()
    .min(1)
    .max(20)
    .nullable()
    .default(null)
    .describe('How often it fails the same email; then it lets it pass. `null`: each time.'),
  retryAfterSeconds: z
    .number()
    .int()
    .min(1)
    .max(3_600)
    .nullable()
    .default(null)
    .describe('For `defer`: seconds that the next attempt waits at least.'),
  reply: line
    .max(200)
    .nullable()
    .default(null)
    .describe('What the server says, for `defer`, `reject`, `block` and `hold`.'),
  note: line.max(60).nullable().default(null).describe('What the rule is for.'),
})

export type PracticeRule = z.output<typeof rule>

export const practice = z
  .strictObject({
    rules: z
      .array(rule)
      .max(mostRules)
      .default([])
      .describe(
        'Failures on purpose, while `engine` is `noop`: the first rule that fits a recipient decides what becomes of its email. No rule counts where an engine sends.',
      ),
  })
  .prefault({})
