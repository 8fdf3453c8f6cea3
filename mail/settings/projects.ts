import * as z from 'zod'
import { addressField } from '../email/checks.ts'
import { projectName } from '../email/project.ts'
import { displayName, senderDomain } from './fields.ts'
import { sesName } from './providers.ts'
import { retentionOfProject } from './retention.ts'
import { usualStream } from './streams.ts'

/** Most projects: the list of all emails on AWS reads each of them. */
const mostProjects = 50

/** What one project has of its own. */
export const project = z.strictObject({
  from: z
    .strictObject({
      address: addressField.nullable().default(null),
      name: displayName.nullable().default(null),
    })
    .prefault({}),
  senderDomains: z.array(senderDomain).max(100).nullable().default(null),
  stream: usualStream,
  retention: retentionOfProject,
  ses: z
    .strictObject({
      configurationSet: sesName.nullable().default(null),
      tenant: sesName.nullable().default(null),
    })
    .prefault({}),
})

export type ProjectSettings = z.output<typeof project>

export const projects = z
  .record(z.string().regex(projectName, nameRule()), project)
  .refine((all) => Object.keys(all).length <= mostProjects, `at most ${mostProjects} projects`)
  .default({})
  .describe(
    'The projects besides `default`, by name, each with what it has of its own: `from`, `senderDomains`, `stream`, `ses.configurationSet`, `ses.tenant`, `retention.emailDays`, `retention.captureDays`, `retention.contentDays`. What is `null` is as for all.',
  )

/** How a project may be named, in words. */
export function nameRule(): string {
  return '1 to 40 of the characters a-z, 0-9 and -'
}

/** What a project names that is not the deployment's: the path and the rule. */
export function foreignDomains(settings: {
  readonly projects: Readonly<Record<string, z.output<typeof project>>>
  readonly senderDomains: readonly string[] | null
}): { path: string[]; message: string }[] {
  return Object.entries(settings.projects).flatMap(([name, { senderDomains }]) =>
    (senderDomains ?? [])
      .filter((domain) => settings.senderDomains?.includes(domain) === false)
      .map((domain) => ({
        path: ['projects', name, 'senderDomains'],
        message: `${domain} is not one of the sender domains of the deployment (senderDomains)`,
      })),
  )
}
