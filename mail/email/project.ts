/**
 * A project keeps applications apart: its keys, emails, captures, batches and counts. What was kept
 * before there were projects belongs to this one, which is always there.
 */
export const defaultProject = 'default'

/** Where a project is expected: all of them. No name looks like it. */
export const allProjects = '*'

/** What may be seen and changed: the name of one project, or `*`. */
export type Scope = string

/** How projects may be named. */
export const projectName = /^[a-z0-9-]{1,40}$/

export function isInScope(project: string, scope: Scope): boolean {
  return scope === allProjects || scope === project
}
