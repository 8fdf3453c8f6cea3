import { contentKey } from '../../../mail/content.ts'
import { emailStates, isSettled } from '../../../mail/email/states.ts'
import { mentions } from '../../../mail/erase/mentions.ts'
import { allProjects } from '../../../mail/email/project.ts'
import { deleteBlob } from '../blobs.ts'
import { deleteCapture } from '../captures.ts'
import { quoted } from '../email-rows.ts'
import { isNamedIn, type Stage } from './stage.ts'

/** Of emails to others that speak of the address: those that wait need theirs. */
export const contents: Stage = {
  kind: 'contents',
  rows: 4,
  key: { key: contentKey('') },
  select: `SELECT key, bytes, coalesce(project, 'default') AS project,
      state NOT IN (${quoted(emailStates.filter(isSettled))}) AS waits
    FROM blobs LEFT JOIN emails ON emails.id = substr(key, ${contentKey('').length + 1})
    WHERE key > ? AND key < '${contentKey('~')}' ORDER BY key LIMIT ?`,
  look(row, { sql, finder }) {
    if (!mentions(row['bytes'] as Uint8Array, finder)) return undefined
    if (row['waits'] === 1) return {}
    return { erase: () => deleteBlob(sql, row['key'] as string) }
  },
}

export const captures: Stage = {
  kind: 'captures',
  rows: 4,
  key: { id: '' },
  select: `SELECT id, sender, recipients, subject, tags, outline, project, eml
    FROM captures JOIN captured_emls USING (id) WHERE id > ? ORDER BY id LIMIT ?`,
  look(row, { sql, finder }) {
    const addresses = [row['sender'], ...(JSON.parse(row['recipients'] as string) as string[])]
    const isOfPerson = addresses.some((one) => finder.is(one as string))
    if (!isOfPerson && !isNamedIn(row, finder) && !mentions(row['eml'] as Uint8Array, finder))
      return undefined
    return { erase: () => void deleteCapture(sql, row['id'] as string, allProjects) }
  },
}

/** Attachments that came ahead of their email: an email that names one later is refused. */
export const uploads = filesIn('uploads', { kind: 'uploads', column: 'filename', rows: 2 })

/** Returned email that a person may look at. */
export const strays = filesIn('strays', { kind: 'returned_mail', column: 'stray', rows: 4 })

interface Files extends Pick<Stage, 'kind' | 'rows'> {
  /** What is said of the bytes. */
  readonly column: string
}

/** Files of no project, which go as a whole where they or what is said of them name the address. */
function filesIn(table: string, { column, ...files }: Files): Stage {
  return {
    ...files,
    isShared: true,
    key: { id: '' },
    select: `SELECT id, ${column}, bytes FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`,
    look(row, { sql, finder }) {
      const bytes = row['bytes'] as Uint8Array | null
      if (!isNamedIn(row, finder) && !(bytes && mentions(bytes, finder))) return undefined
      return { erase: () => void sql(`DELETE FROM ${table} WHERE id = ?`).run(row['id']!) }
    },
  }
}
