import { allProjects, isInScope } from '../../../mail/email/project.ts'
import { isSettled } from '../../../mail/email/states.ts'
import { mentions } from '../../../mail/erase/mentions.ts'
import { bucketShape } from '../env.ts'
import { isCaptureOf, seesAll, type Find, type Search } from './find.ts'

type Look = (key: string, search: Search) => Promise<Find | undefined>

/** What the bucket holds of emails, and what is to be done with each that names the address. */
export const folders: readonly { readonly prefix: string; readonly look: Look }[] = [
  { prefix: bucketShape.content.prefix, look: contentFound },
  { prefix: bucketShape.captures.prefix, look: captureFound },
  { prefix: bucketShape.strays.prefix, look: removable('returned_mail') },
  { prefix: bucketShape.uploads.prefix, look: removable('uploads') },
  { prefix: bucketShape.downloads.prefix, look: removable('uploads') },
]

/** Emails that wait need theirs. */
async function contentFound(key: string, search: Search): Promise<Find | undefined> {
  const email = await search.emails.get(idIn(key), allProjects)
  if (email ? !isInScope(email.project, search.scope) : !seesAll(search)) return undefined
  if (!(await isNamedIn(key, search))) return undefined
  const kind = 'contents'
  if (email && !isSettled(email.state)) return { kind }
  return { kind, erase: () => search.bucket.remove(key) }
}

/** What is listed no longer is removed all the same. */
async function captureFound(key: string, search: Search): Promise<Find | undefined> {
  const { captures, bucket, scope, finder } = search
  const found = await captures.get(idIn(key), allProjects)
  if (found ? !isInScope(found.capture.project, scope) : !seesAll(search)) return undefined
  // Counted with the table, and by now erased unless it is a trial.
  if (found && isCaptureOf(found.capture, finder)) return undefined
  if (!(await isNamedIn(key, search))) return undefined
  const erase = async () => {
    await captures.remove([idIn(key)], allProjects)
    await bucket.remove(key)
  }
  return { kind: 'captures', erase }
}

function removable(kind: Find['kind']): Look {
  return async (key, search) => {
    if (!seesAll(search) || !(await isNamedIn(key, search))) return undefined
    return { kind, erase: () => search.bucket.remove(key) }
  }
}

async function isNamedIn(key: string, { bucket, finder }: Search): Promise<boolean> {
  const bytes = await bucket.get(key)
  return bytes !== undefined && mentions(bytes, finder)
}

/** `captured/2026/01/31/<id>.eml`, `content/<id>` */
function idIn(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).replace(/\.eml$/, '')
}
