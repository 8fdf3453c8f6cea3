import * as z from 'zod'
import { suppressionReasons, type SuppressionReason } from '../../mail/email/suppression.ts'

/*
 * What SendGrid can do with an email other than send it. Postern does the sandbox, unsubscribe
 * groups and their bypasses. What no one would miss is accepted and ignored; what would be missed (a footer,
 * a copy, a way to unsubscribe) is refused while it is switched on, rather than left out.
 */

const enable = z.boolean('true or false is needed').optional()
const text = z.string().optional()

const toggle = z.object({ enable })

/** Refuses what is switched on. */
function refusedWhenOn<Shape extends z.ZodRawShape>(shape: Shape, rule: string) {
  return z
    .object({ enable, ...shape })
    .refine((given) => (given as { enable?: boolean }).enable !== true, { message: rule })
}

export const mailSettings = z.object({
  sandbox_mode: toggle.optional(),
  bypass_list_management: toggle.optional(),
  bypass_spam_management: toggle.optional(),
  bypass_bounce_management: toggle.optional(),
  bypass_unsubscribe_management: toggle.optional(),
  bcc: refusedWhenOn({ email: text }, 'is not supported: use personalizations.N.bcc').optional(),
  footer: refusedWhenOn(
    { text, html: text },
    'is not supported: write it into the content',
  ).optional(),
  spam_check: refusedWhenOn(
    { threshold: z.int().min(1).max(10).optional(), post_to_url: text },
    'is not supported',
  ).optional(),
})

export const trackingSettings = z.object({
  click_tracking: z.object({ enable, enable_text: enable }).optional(),
  open_tracking: z.object({ enable, substitution_tag: text }).optional(),
  ganalytics: z
    .object({
      enable,
      utm_source: text,
      utm_medium: text,
      utm_term: text,
      utm_content: text,
      utm_campaign: text,
    })
    .optional(),
  subscription_tracking: refusedWhenOn(
    { text, html: text, substitution_tag: text },
    'is not supported: put your own link into the content, and a List-Unsubscribe header',
  ).optional(),
})

/** The settings that exclude each other: one includes the others. */
export const bypasses = [
  'bypass_spam_management',
  'bypass_bounce_management',
  'bypass_unsubscribe_management',
] as const

/** The reasons for which an email goes out though its recipient is suppressed. */
export function ignoredBy(given: z.output<typeof mailSettings> = {}): SuppressionReason[] {
  if (given.bypass_list_management?.enable) return [...suppressionReasons]
  return bypasses.filter((name) => given[name]?.enable).map((name) => bypassed[name])
}

const bypassed = {
  bypass_spam_management: 'complaint',
  bypass_bounce_management: 'bounce',
  bypass_unsubscribe_management: 'unsubscribe',
} as const satisfies Readonly<Record<(typeof bypasses)[number], SuppressionReason>>

/** The group that an email goes to; which others its page could offer is not said there. */
export const asm = z.object({
  group_id: z.int('a whole number is needed'),
  groups_to_display: z.array(z.int()).max(25, 'at most 25').optional(),
})
export const sections = z.never('are not supported: put the text into substitutions')
