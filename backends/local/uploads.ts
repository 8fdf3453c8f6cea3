import type { Upload, Uploads } from '../../mail/ports/uploads.ts'
import { mostAttachmentBytes } from '../../mail/request/email-request.ts'
import type { Store } from './group-commit.ts'
import type { Row } from './pages.ts'

/** Attachments that came ahead of their email, as rows; the API takes the bytes itself. */
export function sqliteUploads({ sql, write }: Store): Uploads {
  return {
    limits,
    async open(upload) {
      if (upload.size > limits.bytes)
        throw new RangeError(`an upload has at most ${limits.bytes} bytes`)
      await write(() => insert(sql, upload))
      return undefined
    },
    put: (owner, id, bytes, now) =>
      write(() => {
        const text = `UPDATE uploads SET bytes = ?
          WHERE id = ? AND owner = ? AND size = ? AND expires_at > ?`
        return sql(text).run(bytes, id, owner, bytes.byteLength, now).changes === 1
      }),
    async get(owner, id, now) {
      const text = `SELECT * FROM uploads
        WHERE id = ? AND owner = ? AND expires_at > ? AND bytes IS NOT NULL`
      const row = sql(text).get(id, owner, now)
      return row && { upload: uploadOf(row), bytes: row['bytes'] as Uint8Array }
    },
  }
}

const limits = { bytes: mostAttachmentBytes }

function insert(sql: Store['sql'], { id, owner, size, contentType, filename, expiresAt }: Upload) {
  sql(
    `INSERT INTO uploads (id, owner, size, content_type, filename, expires_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(id, owner, size, contentType, filename ?? null, expiresAt)
}

function uploadOf(row: Row): Upload {
  return {
    id: row['id'] as string,
    owner: row['owner'] as string,
    size: row['size'] as number,
    contentType: row['content_type'] as string,
    ...(row['filename'] !== null && { filename: row['filename'] as string }),
    expiresAt: row['expires_at'] as number,
  }
}
