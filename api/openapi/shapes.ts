import * as z from 'zod'
import { streamHeader, streams } from '../../mail/email/stream.ts'

/*
 * What answers are made of, as the tests hold the running app to it. Everything here is always
 * there; what may be missing is `null`.
 */

export const id = z.uuid().meta({ description: 'UUIDv7: ids sort by time.' })
export const time = z.iso.datetime().meta({ description: 'ISO 8601, in UTC.' })

export const idOnly = z.object({ id })

/** A page of a list, as Resend has it. */
export function resendList<Item extends z.ZodType>(item: Item) {
  return z.object({ object: z.literal('list'), has_more: z.boolean(), data: z.array(item) })
}

/** A page of a list below `/v1`. */
export function ownList<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), has_more: z.boolean() })
}

export const paging = {
  limit: z.int().min(1).max(100).optional().meta({ description: 'Most items; 20 unless given.' }),
  after: id.optional().meta({ description: 'The page after (older than) this item.' }),
}

export const resendPaging = {
  ...paging,
  before: id.optional().meta({ description: 'The page before (newer than) this item.' }),
}

export const sendHeaders = {
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: 'The same request with the same key is accepted once within 24 hours.' }),
  [streamHeader]: z
    .enum(streams)
    .optional()
    .meta({ description: 'The stream of the emails that name none.' }),
}

export const resendError = z.object({
  statusCode: z.int(),
  name: z.string().meta({ description: 'One of the names that every Resend SDK knows.' }),
  message: z.string(),
})

export const sendGridError = z.object({
  errors: z.array(
    z.object({
      message: z.string(),
      field: z.string().nullable(),
      help: z.null(),
    }),
  ),
})

export const ownError = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string(),
          rule: z.string(),
          engine: z.string().optional().meta({ description: 'That would not take mail.' }),
        }),
      )
      .optional(),
    version: z.string().optional().meta({ description: 'Of the current settings.' }),
  }),
})
