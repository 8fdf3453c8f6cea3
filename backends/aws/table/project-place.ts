import { defaultProject } from '../../../mail/email/project.ts'

/** The partition of a project's list. */
export function listPartition(partition: string, project: string): string {
  return `${partition}${endingOf(project)}`
}

/** The place in a list: an id, the tag of its recipient, and for the index of states the project. */
export function listPlace(id: string, tag: string, project: string): string {
  return `${id}${tag}${endingOf(project)}`
}

/** The project of what has this place. */
export function projectAt(place: string): string {
  return place.split('#')[1] ?? defaultProject
}

/** No name of a project has a `#`, and no tag. */
function endingOf(project: string): string {
  return project === defaultProject ? '' : `#${project}`
}
