import type { Context } from 'hono'
import * as z from 'zod'
import { jsonIn } from '../../mail/email/json.ts'
import type { TemplatePreview } from '../openapi/answers.ts'
import { notFound } from '../http/errors.ts'
import { parameter } from '../http/page-query.ts'
import { framePolicy, wantsRemotePictures } from './capture-html.ts'

/** What a frame asks for, in an address. */
export const previewQuery = {
  version: z.string().optional(),
  locale: z.string().max(64).optional(),
  variables: z
    .string()
    .max(16_000)
    .optional()
    .meta({ description: 'A JSON object; the samples have what is not in it.' }),
}

/** @throws Refusal 422 when a parameter cannot be read */
export function previewWishIn(c: Context) {
  const { version, locale, variables = '{}' } = c.req.query()
  if (version === '') throw parameter('version', 'a version of the template is needed')
  const given = z.record(z.string(), z.unknown()).safeParse(jsonIn(variables))
  if (!given.success) throw parameter('variables', 'a JSON object is needed')
  return { version, locale: locale?.slice(0, 64), variables: given.data }
}

/**
 * The html of a preview as a document for a frame, under the policy of captured html: a template
 * may be another person's.
 */
export async function answerPreview(c: Context, { html }: TemplatePreview): Promise<Response> {
  if (html === null) throw notFound('HTML part')
  const remotePictures = wantsRemotePictures(c)
  const { safeHtml } = await import('../captured/safe-html.ts')
  c.header('Content-Security-Policy', framePolicy(remotePictures))
  return c.html(safeHtml(html, { pictureOf: () => undefined, remotePictures }))
}
