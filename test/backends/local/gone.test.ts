import { readdirSync, readFileSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { localBackend } from '../../../backends/local/index.ts'
import { openApi, type OpenApi } from '../../api/open-api.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { captureAll } from './capture-all.ts'
import { keeping, temporaryDirectory } from './temporary.ts'

const marker = 'xylophonemarker'
const files = [marker, Buffer.from(marker).toString('base64').slice(0, 18)]

const secret = {
  from: 'Ann <ann@example.com>',
  to: ['bob@example.com'],
  subject: 'hello',
  text: `the word is ${marker} ${'and more '.repeat(3_000)}`,
  html: `<p>the word is <b>${marker}</b></p>`,
  attachments: [{ filename: 'a.txt', content: Buffer.from(marker.repeat(20)).toString('base64') }],
}

/** How often the marker stands in the files of the data, in whatever form. */
function copiesIn(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1').toLowerCase())
    .flatMap((text) => files.map((one) => text.split(one.toLowerCase()).length - 1))
    .reduce((sum, count) => sum + count, 0)
}

const keepContentDays = 7

function open(): OpenApi {
  return openApi({ defaults: { from: { address: 'no-reply@example.com' }, keepContentDays } })
}

/** As the cleanup of a machine does, every ten minutes. */
async function later({ postern, clock }: OpenApi, ms = 600_000) {
  await clock.advance(ms)
  await postern.sweep(clock.now(), keeping(keepContentDays))
}

describe('what was deleted', () => {
  it('is in no answer, and after minutes in no file', async () => {
    const api = open()
    const kept = await api.send({ ...secret, text: 'another', html: '', attachments: [] })
    const ids: string[] = []
    for (let n = 0; n < 30; n++) ids.push(await api.send(secret))
    await captureAll(api)
    expect(copiesIn(api.directory)).toBeGreaterThan(30)
    expect(await api.read(`/emails/${ids[0]}`)).toMatchObject({ html: secret.html })

    for (const id of ids)
      expect((await api.fetch(`/v1/captures/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect(await api.read(`/emails/${ids[0]}`)).toMatchObject({ html: null, text: null })
    expect((await api.fetch(`/emails/${ids[0]}/attachments`)).status).toBe(404)
    expect((await api.fetch(`/v1/captures/${ids[0]}/raw`)).status).toBe(404)
    await later(api)
    expect(copiesIn(api.directory)).toBe(0)
    expect(await api.read(`/v1/captures/${kept}`)).toMatchObject({
      text: expect.stringContaining('another') as string,
    })
    expect(await api.read('/v1/captures?q=another')).toMatchObject({ data: [{ id: kept }] })
  })

  it('goes the same way when it was kept long enough', async () => {
    const api = open()
    await api.send(secret)
    await captureAll(api)
    await later(api, 31 * 86_400_000)
    expect(copiesIn(api.directory)).toBe(0)
  })

  it('leaves what a person may still have sent', async () => {
    const api = open()
    const id = await api.send({ ...secret, scheduled_at: 'in 2 days' })
    await api.postern.captures.add(
      {
        ...{ id, emailId: id, project: 'default', at: 0, from: 'a@b.c' },
        ...{ to: [], subject: '', size: 1, seen: false, tags: [] },
      },
      Buffer.from('x'),
      '',
    )
    await api.fetch('/v1/captures', { method: 'DELETE' })
    await later(api)
    expect(await api.read(`/emails/${id}`)).toMatchObject({ html: secret.html })
  })

  it('gives its room on the disk back', async () => {
    const api = open()
    const content = Buffer.alloc(3_000_000, 'a').toString('base64')
    for (let n = 0; n < 5; n++)
      await api.send({ ...secret, attachments: [{ filename: 'a', content }] })
    await captureAll(api)
    const size = () => statSync(join(api.directory, 'postern.sqlite')).size
    await api.postern.sweep(api.clock.now(), keeping(7))
    expect(size()).toBeGreaterThan(20_000_000)
    await api.fetch('/v1/captures', { method: 'DELETE' })
    await later(api)
    expect(size()).toBeLessThan(1_000_000)
  })

  it('is gone too from a data directory of an earlier version', async () => {
    const { path: directory, remove } = temporaryDirectory()
    onTestFinished(remove)
    localBackend(directory, { clock: virtualClock() }).close()
    const file = join(directory, 'postern.sqlite')
    const old = new DatabaseSync(file)
    old.exec(`PRAGMA auto_vacuum = NONE; VACUUM;
      INSERT INTO blobs VALUES ('a', zeroblob(2000000)), ('b', CAST('${marker}' AS BLOB));
      DELETE FROM blobs`)
    old.close()
    const backend = localBackend(directory, { clock: virtualClock() })
    await backend.sweep(0, keeping(7))
    backend.close()
    expect(copiesIn(directory)).toBe(0)
    expect(statSync(file).size).toBeLessThan(1_000_000)
  })
})
