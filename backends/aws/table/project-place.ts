import { defaultProject } from '../../../mail/email/project.ts'
import { usualStream, type Stream } from '../../../mail/email/stream.ts'

/** Where something belongs. */
interface Belonging {
  readonly project: string
  readonly stream?: Stream
}

/** The partition of a project's list. */
export function listPartition(partition: string, project: string): string {
  return `${partition}${endingOf({ project })}`
}

/**
 * The place in a list: an id, the tag of its recipient, and for the index of states the project; and
 * the stream, so that an email of one is found among a million of the other by the index alone.
 */
export function listPlace(id: string, tag: string, belonging: Belonging): string {
  return `${id}${tag}${endingOf(belonging)}`
}

/** The project of what has this place. */
export function projectAt(place: string): string {
  return place.split('#')[1] || defaultProject
}

export function streamAt(place: string): Stream {
  return (place.split('#')[2] as Stream | undefined) ?? usualStream
}

/** No name of a project has a `#`, and no tag; what is usual is left out, as in what is older. */
function endingOf({ project, stream = usualStream }: Belonging): string {
  const named = project === defaultProject ? '' : project
  if (stream !== usualStream) return `#${named}#${stream}`
  return named === '' ? '' : `#${named}`
}
