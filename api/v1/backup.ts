import { Hono } from 'hono'
import { forAllProjects, type ApiEnv } from '../access/auth.ts'
import { notPossible } from './refusals.ts'

/** Copies all that is kept, at this moment; undefined while another copy is being taken. */
export type BackUp = () => Backup | undefined

interface Backup {
  /** In milliseconds since the epoch. */
  readonly at: number
  readonly bytes: number
  readonly content: ReadableStream<Uint8Array<ArrayBuffer>>
}

export const backupType = 'application/vnd.sqlite3'

/**
 * `GET /v1/backup`: a copy of the data directory, for a key of all projects. Secrets are not in it,
 * so that they can be set over HTTP and never read.
 */
export function v1Backup(backUp?: BackUp): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/backup', forAllProjects, async (c) => {
    if (!backUp) throw notPossible(inAws)
    const backup = backUp()
    if (!backup) throw notPossible('another backup is being taken')
    const headers = {
      'Content-Type': backupType,
      'Content-Length': String(backup.bytes),
      'Content-Disposition': 'attachment; filename="postern.backup"',
      'Last-Modified': new Date(backup.at).toUTCString(),
    }
    if (c.req.raw.method !== 'HEAD') return c.body(backup.content, 200, headers)
    await backup.content.cancel()
    return c.body(null, 200, headers)
  })
}

const inAws =
  'this Postern runs in AWS, where its table and its bucket are backed up: see docs/backup.md'
