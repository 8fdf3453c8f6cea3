import { defaultProject } from '../email/project.ts'
import { project } from './projects.ts'
import type { Settings } from './settings.ts'

/** Whether there is a project of this name. */
export function hasProject({ projects }: Pick<Settings, 'projects'>, name: string): boolean {
  return name === defaultProject || Object.hasOwn(projects, name)
}

/** Their names, `default` first. */
export function projectsOf({ projects }: Pick<Settings, 'projects'>): string[] {
  return [...new Set([defaultProject, ...Object.keys(projects)])]
}

/** What a project has of its own: nothing, if it is none. */
export function ownOf({ projects }: Pick<Settings, 'projects'>, name: string) {
  return (Object.hasOwn(projects, name) ? projects[name] : undefined) ?? project.parse({})
}

/**
 * The settings as they hold in one project. One that is gone has nothing of its own: what it left
 * waiting leaves under the settings for all.
 */
export function settingsIn(settings: Settings, name: string): Settings {
  const own = Object.hasOwn(settings.projects, name) ? settings.projects[name] : undefined
  if (!own) return settings
  return {
    ...settings,
    from: own.from.address === null ? settings.from : own.from,
    senderDomains: own.senderDomains ?? settings.senderDomains,
    keepContentDays: own.retention.contentDays ?? settings.keepContentDays,
    streams: { ...settings.streams, usual: own.stream ?? settings.streams.usual },
    ses: {
      ...settings.ses,
      configurationSet: own.ses.configurationSet ?? settings.ses.configurationSet,
      tenant: own.ses.tenant ?? settings.ses.tenant,
    },
  }
}
