import * as z from 'zod'
import { listName } from '../email/suppression.ts'
import { displayName, httpsUrl } from './fields.ts'

/** Most lists: their names are read with the settings, by every function. */
const mostLists = 200

/** What people know a list by. */
const list = z.strictObject({
  name: displayName,
  description: displayName.default(''),
})

/** How recipients unsubscribe from emails that name a list. */
export const unsubscribe = z
  .strictObject({
    baseUrl: httpsUrl
      .refine((url) => !/[?#]/.test(url), 'an https URL without ? and #')
      .transform((url) => url.replace(/\/+$/, ''))
      .nullable()
      .default(null)
      .describe(
        'Where recipients reach this Postern, for links to unsubscribe: they lead to `/u/…` below it. `null`: an email that names a list is refused.',
      ),
    lists: z
      .record(z.string().regex(listName, 'letters, digits, dots, hyphens and underscores'), list)
      .refine((all) => Object.keys(all).length <= mostLists, `at most ${mostLists} lists`)
      .default({})
      .describe(
        'What lists are called on the page to unsubscribe, by the name that emails give: `name`, `description`. Those with a number are SendGrid’s groups.',
      ),
  })
  .prefault({})
