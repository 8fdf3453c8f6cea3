import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isBuiltin } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildFunction, mapsPath } from '../../functions/build.ts'
import { originsIn } from '../../functions/origin.ts'

let folder: string
let send: Metafile
let api: Metafile

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-build-'))
  send = await buildFunction('send', join(folder, 'one'))
  api = await buildFunction('api', join(folder, 'api'))
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('the bundle of the send function', () => {
  it('is the same bytes whenever and wherever it is built', { timeout: 60_000 }, async () => {
    await buildFunction('send', join(folder, 'other'))
    expect(digest(join(folder, 'other'))).toEqual(digest(join(folder, 'one')))
  })

  it('loads no engine before it is used', () => {
    expect(loadedAtOnce(send)).toContain('engines/index.ts')
    const early = loadedAtOnce(send).filter((path) =>
      /^engines\/(?!index)|client-(sesv2|s3|scheduler|lambda)\/|@sendgrid|html-to-text|nodemailer.*(mail-composer|mime-node|smtp)/.test(
        path,
      ),
    )
    expect(early).toEqual([])
  })

  it('starts from a few files, none of which imports a module of Node with all that hangs on it', () => {
    const outputs = outputsAtOnce(send)
    expect(outputs.length).toBeLessThanOrEqual(8)
    const outside = outputs.flatMap(({ imports }) => imports.filter(({ external }) => external))
    expect(outside.filter(({ kind }) => kind === 'import-statement')).toEqual([])
  })

  it("leaves out of AWS's clients what only others than these ask for", () => {
    const needless = /core\/dist-es\/submodules\/(protocols\/(xml|query)|cbor|event-streams)\//
    expect(loadedAtOnce(send).filter((path) => needless.test(path))).toEqual([])
    expect(() => placeOfText(join(folder, 'one'), 'AssociationDoesNotExist')).toThrow()
  })

  it('has its source maps next to it: they are more than half, and Lambda has no use for them', () => {
    const bundle = join(folder, 'one')
    const files = readdirSync(bundle, { recursive: true }) as string[]
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([])
    const line = `at x (file:///var/task/${placeOfText(bundle, 'wrong environment')})`
    expect(originsIn(line, mapsPath(bundle))).toMatch(
      /^at x \(\S*backends\/aws\/env\.ts:\d+:\d+\)$/,
    )
  })

  it('brings everything along but Node itself', () => {
    const outside = Object.values(send.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path.replace(/^node:/, '')),
    )
    // One package of axios asks for this in a try.
    const optional = ['supports-color']
    expect(outside.filter((path) => !isBuiltin(path) && !optional.includes(path))).toEqual([])
  })
})

describe('the bundle of the api function', () => {
  it('loads at its start what emails are taken with, and nothing of what else can be asked', () => {
    const early = loadedAtOnce(api).filter((path) => /^(api|engines)\//.test(path))
    expect(early).toContain('api/sendgrid/mail-send.ts')
    const later =
      /^engines\/|^api\/(inbox|maildev|mailhog|mailpit|openapi)|\/management|^api\/v1\/(?!openapi)/
    expect(early.filter((path) => later.test(path))).toEqual([])
  })

  it('has the thread for large captures where the chunk that starts it looks', async () => {
    const bundle = join(folder, 'api')
    const starting = (readdirSync(bundle, { recursive: true }) as string[]).filter(
      (file) =>
        file.endsWith('.mjs') &&
        readFileSync(join(bundle, file), 'utf8').includes('./reading-thread'),
    )
    expect(starting).toHaveLength(1)
    const thread = new Worker(join(bundle, dirname(starting[0]!), 'reading-thread.mjs'), {
      workerData: Buffer.from('Subject: x\n\nhello'),
    })
    expect(await once(thread, 'message')).toMatchObject([{ subject: 'x', view: { text: 'hello' } }])
  }, 60_000)
})

describe('the bundle of the notify function', () => {
  it('is half a megabyte at its start, without what only others do', async () => {
    const notify = await buildFunction('notify', join(folder, 'notify'))
    expect(outputsAtOnce(notify).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(500_000)
    const needless = /^(engines|api)\/|^mail\/(compose|deliver|doctor|template)\//
    expect(loadedAtOnce(notify).filter((path) => needless.test(path))).toEqual([])
  }, 60_000)
})

/** Where a text of the sources stands in the bundle: `file:line:column`. */
function placeOfText(bundle: string, text: string): string {
  const files = (readdirSync(bundle, { recursive: true }) as string[]).filter((file) =>
    file.endsWith('.mjs'),
  )
  const holds = (file: string) => readFileSync(join(bundle, file), 'utf8').split('\n')
  const found = files.find((file) => holds(file).some((line) => line.includes(text)))!
  const line = holds(found).findIndex((one) => one.includes(text))
  return `${found}:${line + 1}:${holds(found)[line]!.indexOf(text) + 1}`
}

/** The sources in the entry and in all that it imports at once. */
function loadedAtOnce(built: Metafile): string[] {
  return outputsAtOnce(built).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput ? path : [])),
  )
}

function outputsAtOnce(built: Metafile) {
  const outputs = new Map(Object.entries(built.outputs))
  const files = new Set([...outputs.keys()].filter((path) => path.endsWith('/index.mjs')))
  for (const file of files)
    for (const { path, kind } of outputs.get(file)!.imports)
      if (kind === 'import-statement' && outputs.has(path)) files.add(path)
  return [...files].map((file) => outputs.get(file)!)
}

function digest(path: string) {
  const files = (readdirSync(path, { recursive: true }) as string[]).filter((file) =>
    /\./.test(file),
  )
  return files.sort().map((file) => [file, sha256(readFileSync(join(path, file)))])
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
