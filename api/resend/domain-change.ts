import * as z from 'zod'

const ability = z.enum(['enabled', 'disabled'], 'enabled or disabled is needed').optional()
const flag = z.boolean('true or false is needed').optional()

/** The body of `PATCH /domains/{id}`. */
export const domainChange = z
  .object({
    open_tracking: flag,
    click_tracking: flag,
    tls: z.enum(['opportunistic', 'enforced'], 'opportunistic or enforced is needed').optional(),
    tracking_subdomain: z.string('text is needed').optional(),
    capabilities: z.object({ sending: ability, receiving: ability }).optional(),
  })
  .refine((wish) => Object.keys(wish).length > 0, { message: 'something to change is needed' })
