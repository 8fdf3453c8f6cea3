import * as z from 'zod'

/** The template that an email is made from, in Resend's spelling. */
export const templateWish = z.object({
  id: z.string().min(1).max(200).meta({ description: 'Its alias, or its id.' }),
  variables: z
    .preprocess(
      // PHP writes an empty object as a list.
      (given) => (given === null || (Array.isArray(given) && given.length === 0) ? {} : given),
      z.record(z.string(), z.unknown()),
    )
    .default({})
    .meta({ description: 'The values of its variables.' }),
  locale: z
    .string()
    .max(64)
    .nullish()
    .meta({ description: "A language tag; the template's default one unless it fits." }),
})

export type TemplateWish = z.output<typeof templateWish>
