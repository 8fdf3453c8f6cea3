import { describe, expect, it } from 'vitest'
import { habitsIn } from './house/habits.ts'
import { foldedAddresses, mayFoldAddresses } from './house/addresses.ts'
import { circlesOf } from './house/circles.ts'
import { declarationsOf, holdsOnlyTypes, importsOf, readsEnvironment } from './house/imports.ts'
import { folderOf, house, violations } from './house/rules.ts'
import { measureHouse } from './house/measure.ts'
import { projectFiles, readProjectFile } from './house/tree.ts'

const files = projectFiles()
const sources = files
  .filter((path) => /\.(ts|tsx|js|mjs)$/.test(path) && path.includes('/'))
  .map((path) => ({ path, source: readProjectFile(path) }))

describe('the house', () => {
  it('has no top-level folder without an import rule of its own', () => {
    const tops = files.filter((path) => path.includes('/')).map((path) => path.split('/')[0]!)
    const known = new Set(Object.keys(house).map((folder) => folder.split('/')[0]!))
    const strangers = tops.filter((top) => !known.has(top) && !top.startsWith('.'))
    expect([...new Set(strangers)]).toEqual([])
  })

  it.each(Object.keys(house))('keeps the import rule of %s', (folder) => {
    const own = sources.filter(({ path }) => folderOf(path) === folder)
    expect(own.flatMap(({ path, source }) => violations(path, source))).toEqual([])
  })

  it('sees every source file below a folder it knows', () => {
    const paths = sources.map(({ path }) => path)
    expect(paths.filter((path) => !path.startsWith('.') && !folderOf(path))).toEqual([])
    expect(paths.filter((path) => folderOf(path)?.startsWith('mail/')).length).toBeGreaterThan(60)
  })

  it('has no two files that import each other, types included', () => {
    expect(circlesOf(sources)).toEqual([])
  })

  it('has ports that are types and nothing else', () => {
    const ports = sources.filter(({ path }) => path.startsWith('mail/ports/'))
    expect(ports.length).toBeGreaterThan(20)
    expect(ports.filter(({ source }) => !holdsOnlyTypes(source)).map(({ path }) => path)).toEqual(
      [],
    )
  })

  it('wires each host together in exactly one function', () => {
    for (const [name, folder] of [
      ['localBackend', 'backends/local/'],
      ['awsBackend', 'backends/aws/'],
    ] as const) {
      const exists = sources.some(({ path }) => path.startsWith(folder))
      const defined = sources.reduce((sum, { source }) => sum + declarationsOf(name, source), 0)
      expect([name, defined]).toEqual([name, exists ? 1 : 0])
    }
  })

  it('loads an engine only when it is used', () => {
    const index = importsOf(readProjectFile('engines/index.ts'))
    const eager = index.filter(({ from, typeOnly, dynamic }) =>
      from.startsWith('./') ? !typeOnly && !dynamic : false,
    )
    expect(eager).toEqual([])
  })

  it('reads the environment in one place per executable', () => {
    const allowed = /^(cli\/terminal\.ts|bin\/|functions\/|bench\/|test\/)/
    const readers = sources.filter(({ source }) => readsEnvironment(source))
    expect(readers.map(({ path }) => path).filter((path) => !allowed.test(path))).toEqual([])
  })
})

describe('addresses', () => {
  it('are compared by their one key', () => {
    const own = sources.filter(
      ({ path }) => !path.startsWith('test/') && !mayFoldAddresses.includes(path),
    )
    const found = own.flatMap(({ path, source }) =>
      foldedAddresses(source).map((text) => `${path}: ${text}`),
    )
    expect(found).toEqual([])
  })

  it.each([
    'address.toLowerCase()',
    'recipients.map((one) => one.address.toLowerCase())',
    'query.q?.toLocaleLowerCase()',
    'domainOf(text).toLowerCase()',
    "row['recipient'].toUpperCase()",
    'same(replyTo.trim().toLowerCase(), key)',
  ])('are seen to be folded by hand in %s', (source) => {
    expect(foldedAddresses(source)).toHaveLength(1)
  })

  it.each([
    'name.toLowerCase()',
    'comparisonKey(address)',
    "'address'.length",
    'total.toUpperCase()',
  ])('are not seen in %s', (source) => expect(foldedAddresses(source)).toEqual([]))
})

describe('the sizes of files and functions', () => {
  const { files: fileSizes, functions, manyParameters } = measureHouse()

  it('stay those of a house that reads easily', () => {
    expect(fileSizes.median).toBeLessThanOrEqual(70)
    expect(fileSizes.nineInTen).toBeLessThanOrEqual(135)
    expect(fileSizes.most).toBeLessThanOrEqual(300)
    expect(functions.median).toBeLessThanOrEqual(5)
    expect(functions.nineInTen).toBeLessThanOrEqual(17)
  })

  it('leave no declared function with more parameters than a reader keeps apart', () => {
    expect(manyParameters).toEqual([])
  })
})

describe('the names of files', () => {
  // Templates are named by languages, what they share by a line in front.
  it('are lower case with hyphens', () => {
    const own = files.filter((path) => path.includes('/') && !path.startsWith('templates/'))
    const odd = own.filter((path) => !isKebab(path))
    expect(odd).toEqual([])
  })

  it('say what is inside', () => {
    const vague = /(^|\/)(utils?|helpers?|manager|service|common|misc)([./]|$)/
    expect(files.filter((path) => vague.test(path))).toEqual([])
  })
})

describe('what is committed', () => {
  // Written so that this file does not name what it looks for.
  const forbidden: Readonly<Record<string, RegExp>> = {
    'a package registry':
      /registry\.(npmjs|yarnpkg)\b|npm\.pkg\.github\b|\.jfrog\b|verdaccio|artifactory/i,
    'a path of one developer': /(?<![\w.~/-])\/(?:work|root|home|Users)\/[\w.-]+/,
  }
  // Binary files read as text hold nothing that these could match by meaning.
  const texts = files.filter((path) => !/\.(png|ico|gif|jpg|woff2)$/.test(path))

  it.each(Object.keys(forbidden))('never names %s', (what) => {
    const pattern = forbidden[what]!
    const own = 'test/architecture.test.ts'
    const found = texts.filter((path) => path !== own && pattern.test(readProjectFile(path)))
    expect(found).toEqual([])
  })
})

describe('the English of code and docs', () => {
  // Not ours: the license, and data with the words of others.
  const quoted =
    /^(LICENSE|package-lock\.json|docs\/images\/|test\/data\/|mail\/check\/client-support\.json)/
  const own = ['test/architecture.test.ts', 'test/house/habits.ts']
  const written = files.filter(
    (path) => !quoted.test(path) && !own.includes(path) && !/\.(png|ico|gif|jpg|woff2)$/.test(path),
  )

  it('has none of the habits on the list', () => {
    expect(written.flatMap((path) => habitsIn(path, readProjectFile(path)))).toEqual([])
  })

  it.each([
    'lets nobody in',
    'nobody knows',
    'whoever asks',
    'somebody else',
    'beside it',
    'in hand',
    'made anew',
    'is valid no more.',
    'told from the id',
  ])('sees %j', (text) => expect(habitsIn('a.md', text)).toHaveLength(1))

  it.each(['const nobody = 1', "to: 'nobody@a.test'", 'no more than two', 'anew(name)'])(
    'passes over %j',
    (text) => expect(habitsIn('a.ts', text)).toEqual([]),
  )
})

describe('the reader of imports', () => {
  it.each([
    ["import fs from 'node:fs'", 'node:fs'],
    ["import 'node:fs'", 'node:fs'],
    ["import type { Socket } from 'node:net'", 'node:net'],
    ["export { connect } from 'node:net'", 'node:net'],
    ["export * from '../engines/smtp.ts'", '../engines/smtp.ts'],
    ["const later = () => import('node:http')", 'node:http'],
    ['const later = () => import(`node:http`)', 'node:http'],
    ["let x: import('node:net').Socket", 'node:net'],
    ["const { spawn } = require('node:child_process')", 'node:child_process'],
    ["import { SESv2Client } from '@aws-sdk/client-sesv2'", '@aws-sdk/client-sesv2'],
    ["import nodemailer from 'nodemailer'", 'nodemailer'],
    ["import { openEngine } from '../engines/index.ts'", '../engines/index.ts'],
    ["import { data } from '../../elsewhere.ts'", '../../elsewhere.ts'],
    ['const later = (name: string) => import(name)', '(computed)'],
  ])('sees that mail must not have %s', (source, from) => {
    expect(violations('mail/probe.ts', source)).toEqual([`mail/probe.ts must not import ${from}`])
  })

  it.each(['process.pid', 'globalThis.process.pid', "await fetch('http://x')"])(
    'sees that mail must not do I/O with %s',
    (source) => {
      expect(violations('mail/probe.ts', source)).toEqual([
        'mail/probe.ts must do no I/O of its own',
      ])
    },
  )

  it.each([
    ['engines/probe.ts', '../backends/local/index.ts'],
    ['engines/probe.ts', '../api/app.ts'],
    ['backends/local/probe.ts', '../../engines/index.ts'],
    ['backends/local/probe.ts', '../aws/index.ts'],
    ['backends/local/probe.ts', '@aws-sdk/client-sqs'],
    ['backends/aws/probe.ts', '../local/index.ts'],
    ['api/probe.ts', '../engines/index.ts'],
    ['api/probe.ts', '@hono/node-server'],
    ['api/probe.ts', 'node:fs'],
    ['cli/probe.ts', '../lib/mail-service.ts'],
    ['bin/probe.ts', '../mail/accept/accept.ts'],
    ['lib/probe.ts', '../backends/aws/index.ts'],
    ['lib/probe.ts', '../functions/send.ts'],
    ['functions/probe.ts', '../backends/local/index.ts'],
    ['functions/probe.ts', 'aws-cdk-lib/aws-sqs'],
    ['console/probe.tsx', '../api/app.ts'],
    ['console/probe.tsx', '../mail/email/states.ts'],
    ['console/probe.tsx', 'node:fs'],
    ['engines/probe.ts', '../cli/main.ts'],
  ])('sees that %s must not import %s', (path, from) => {
    expect(violations(path, `import { x } from '${from}'`)).toHaveLength(1)
  })

  it.each([
    ['mail/email/probe.ts', './address.ts'],
    ['mail/accept/probe.ts', '../retry.ts'],
    ['mail/doctor/probe.ts', '../deliver/consign.ts'],
    ['mail/probe.ts', 'zod'],
    ['engines/smtp/probe.ts', '../../mail/outcome.ts'],
    ['api/v1/probe.ts', 'hono/cors'],
    ['cli/probe.ts', '../backends/local/index.ts'],
    ['lib/probe.ts', '../backends/aws/env.ts'],
    ['test/mail/probe.ts', '../../engines/index.ts'],
  ])('lets %s import %s', (path, from) => {
    expect(violations(path, `import { x } from '${from}'`)).toEqual([])
  })

  it.each([
    ['mail/email/probe.ts', '../settings/settings.ts'],
    ['mail/ports/probe.ts', '../accept/accept.ts'],
    ['mail/accept/probe.ts', '../deliver/deliver.ts'],
    ['mail/deliver/probe.ts', '../accept/accept.ts'],
    ['mail/probe.ts', './accept/accept.ts'],
  ])('sees that %s must not reach up to %s', (path, from) => {
    expect(violations(path, `import type { x } from '${from}'`)).toHaveLength(1)
  })

  it('sees a circle, also one of types alone', () => {
    const planted = [
      { path: 'mail/a.ts', source: "import { b } from './b/b.ts'" },
      { path: 'mail/b/b.ts', source: "import type { C } from '../c.ts'" },
      { path: 'mail/c.ts', source: "export const later = () => import('./a.ts')" },
      { path: 'mail/d.ts', source: "import { a } from './a.ts'" },
    ]
    expect(circlesOf(planted)).toEqual([['mail/a.ts', 'mail/b/b.ts', 'mail/c.ts']])
    expect(circlesOf(planted.slice(1))).toEqual([])
  })

  it('lets the console know the vocabulary as types, from the two places that hold it', () => {
    const source = (from: string) => `import type { x } from '${from}'`
    for (const from of ['../api/openapi/answers.ts', '../mail/email/states.ts'])
      expect(violations('console/probe.tsx', source(from))).toEqual([])
    expect(violations('console/probe.tsx', source('../api/app.ts'))).toHaveLength(1)
  })

  it('is not misled by text that only looks like an import or like process.env', () => {
    const source = "// import fs from 'node:fs'\nconst text = 'process.env and fetch(x)'"
    expect(violations('mail/probe.ts', source)).toEqual([])
    expect(readsEnvironment(source)).toBe(false)
    expect(violations('mail/probe.ts', 'queue.fetch(); const x = { process: 1 }')).toEqual([])
  })

  it.each([
    'process.env.HOME',
    "process['env']",
    'const { env } = process',
    'globalThis.process.env',
    'read(globalThis.process)',
    "import { env } from 'node:process'",
  ])('sees that the environment may be read by %s', (source) =>
    expect(readsEnvironment(source)).toBe(true),
  )

  it.each(['process.pid', 'globalThis.process.pid', 'sandbox.process', 'settings.env'])(
    'sees that it is not by %s',
    (source) => expect(readsEnvironment(source)).toBe(false),
  )

  it('tells types from what runs', () => {
    expect(holdsOnlyTypes("import type { A } from './a.ts'\nexport interface B { a: A }")).toBe(
      true,
    )
    expect(holdsOnlyTypes('export const limit = 1')).toBe(false)
    expect(holdsOnlyTypes("import { a } from './a.ts'")).toBe(false)
  })
})

/** Each part of a path, split at dots too: `tsconfig.build.json`, `0001-hot-path.md`. */
function isKebab(path: string): boolean {
  return path
    .split('/')
    .every((part) => /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(part))
}
