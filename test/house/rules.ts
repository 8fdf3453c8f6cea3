import { posix } from 'node:path'
import { importsOf, usesGlobal, type Import } from './imports.ts'

/** What a folder may import. Absent means: anything of that kind. */
interface Rule {
  /** What is its own to import from; all of the folder unless given. */
  readonly own?: readonly string[]
  /** Folders and files of ours, other than the folder itself. */
  readonly ours: readonly string[]
  /** What may be imported besides by `import type`, which is erased. */
  readonly types?: readonly string[]
  /** Packages and Node modules, exactly as imported; a trailing `/` allows what lies below. */
  readonly packages?: readonly string[]
  readonly banned?: readonly string[]
}

const aws = ['aws-cdk-lib', 'aws-cdk-lib/', 'constructs']

/**
 * The rooms of `mail/`, from the ground up. A room may import those it names and the files at the
 * root, nothing else.
 */
const rooms = {
  email: [],
  settings: ['email'],
  request: ['email'],
  compose: ['email'],
  check: ['email', 'settings'],
  ports: ['email', 'request', 'settings'],
  keys: ['email', 'request', 'ports'],
  configure: ['email', 'settings', 'compose', 'ports'],
  template: ['email', 'request', 'ports', 'check'],
  accept: ['email', 'request', 'settings', 'ports', 'keys', 'template'],
  erase: ['email', 'ports', 'manage'],
  manage: ['email', 'request', 'settings', 'ports', 'keys', 'accept'],
  suppress: ['email', 'settings', 'ports'],
  guardian: ['email', 'settings', 'ports'],
  report: ['email', 'ports', 'suppress', 'guardian'],
  notify: ['email', 'settings', 'ports'],
  deliver: ['email', 'settings', 'compose', 'ports', 'suppress', 'guardian', 'notify', 'manage'],
  doctor: [
    'email',
    'settings',
    'request',
    'compose',
    'ports',
    'keys',
    'configure',
    'accept',
    'manage',
    'suppress',
    'template',
    'guardian',
    'report',
    'deliver',
  ],
} as const satisfies Record<string, readonly string[]>

/** The files at the root of `mail/`, which every room may import. */
const mailRoot = [
  'mail/clock.ts',
  'mail/content.ts',
  'mail/observed-emails.ts',
  'mail/own-events.ts',
  'mail/retry.ts',
  'mail/room.ts',
  'mail/told.ts',
  'mail/trouble.ts',
  'mail/wake.ts',
]

/** What is pure enough to run on any host, for `mail/`. */
const purePackages = [
  'zod',
  'html-to-text',
  'htmlparser2',
  '@csstools/css-tokenizer',
  'css-what',
  'chrono-node/en',
  'postal-mime',
  'iconv-lite',
  '@handlebars/parser',
  'nodemailer/lib/mime-node',
  'nodemailer/lib/mime-funcs',
  'nodemailer/lib/base64',
  'nodemailer/lib/dkim/relaxed-body',
  'node:crypto',
  'node:events',
  'node:url',
  // Bytes that flow in memory, and a pause in which others get the thread.
  'node:stream',
  'node:stream/consumers',
  'node:timers/promises',
]

/** The rule of each room. */
const roomRules = Object.fromEntries(
  Object.entries(rooms).map(([room, below]): [string, Rule] => [
    `mail/${room}`,
    { ours: [...mailRoot, ...below.map((one) => `mail/${one}/`)], packages: purePackages },
  ]),
)

/**
 * The house: every folder that may stand at the top, each with its import rule. `mail` and `api`
 * name all they may import, because they must run on any host; the others name what they must not.
 */
export const house: Readonly<Record<string, Rule>> = {
  ...roomRules,
  mail: { own: mailRoot, ours: ['mail/email/', 'mail/ports/'], packages: purePackages },
  engines: { ours: ['mail/'], banned: [...aws, 'hono', 'hono/', 'node:sqlite'] },
  'backends/local': {
    ours: ['mail/', 'backends/web/'],
    banned: [...aws, '@aws-sdk/', 'hono', 'hono/'],
  },
  // The same for every host: fetching what a caller names, here alone; DNS; the built console.
  'backends/web': {
    ours: ['mail/'],
    packages: [
      ...['node:dns/promises', 'node:http', 'node:https', 'node:net'],
      ...['node:fs', 'node:fs/promises', 'node:path', 'node:timers/promises'],
    ],
  },
  'backends/aws': {
    ours: ['mail/', 'backends/web/'],
    banned: [...aws, 'hono', 'hono/', 'node:sqlite'],
  },
  api: {
    ours: ['mail/'],
    packages: [
      'hono',
      'hono/',
      'zod',
      'postal-mime',
      'html-to-text',
      'htmlparser2',
      'node:crypto',
      // A pause in which others get the thread, and a thread for what would not let them.
      'node:timers/promises',
      'node:worker_threads',
    ],
  },
  // It talks to the API over HTTP, and knows its answers and the vocabulary as types alone.
  console: {
    ours: [],
    types: ['api/openapi/answers.ts', 'mail/email/'],
    banned: [...aws, '@aws-sdk/', 'node:'],
  },
  // A surface like api/: the SMTP door.
  submission: { ours: ['mail/'], banned: [...aws, '@aws-sdk/'] },
  machine: {
    ours: ['api/', 'submission/', 'engines/', 'backends/local/', 'backends/web/', 'mail/'],
    banned: [...aws, '@aws-sdk/'],
  },
  functions: {
    ours: ['api/', 'engines/', 'backends/aws/', 'backends/web/', 'mail/'],
    banned: aws,
  },
  // The settings are checked where they are deployed, by the schema that reads them later.
  lib: {
    ours: [
      ...['backends/aws/env.ts', 'mail/email/metric-names.ts', 'mail/settings/settings.ts'],
      'machine/version.ts',
    ],
  },
  cli: { ours: ['machine/', 'api/', 'engines/', 'backends/', 'mail/'], banned: aws },
  bin: { ours: ['cli/', 'lib/'] },
  // What is counted on an emulator is counted by the rig of its tests; the simulation of AWS runs
  // what the send function runs.
  bench: {
    ours: [
      ...[
        'mail/',
        'functions/',
        'backends/aws/env.ts',
        'backends/aws/queue/message-group.ts',
        'test/backends/aws/counting.ts',
        'test/backends/aws/counting-feedback.ts',
        'test/backends/aws/counting-notices.ts',
      ],
      // Everything that reads what strangers write.
      ...['api/', 'submission/', 'backends/aws/queue/messages.ts'],
    ],
    banned: aws,
  },
  // The starter set: data only.
  templates: { ours: [], packages: [] },
  docs: { ours: ['mail/'], banned: [...aws, '@aws-sdk/'] },
  test: { ours: ['./'] },
}

/** The files of ours that an import may be followed to, and everything it must not. */
export function violations(path: string, source: string): string[] {
  const folder = folderOf(path)
  if (!folder) return [`${path} lies in no folder of the house`]
  const faults = importsOf(source)
    .filter((one) => !isAllowed(path, folder, one))
    .map(({ from }) => `${path} must not import ${from}`)
  // These do network or process work without an import to show for it.
  const pure = /^mail\b/.test(folder) && usesGlobal(source, ['process', 'fetch', 'WebSocket'])
  return pure ? [...faults, `${path} must do no I/O of its own`] : faults
}

/** The most special folder of the house that a file lies in. */
export function folderOf(path: string): string | undefined {
  return Object.keys(house)
    .filter((folder) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0]
}

function isAllowed(path: string, folder: string, { from, typeOnly }: Import): boolean {
  const rule = house[folder]!
  if (!from.startsWith('.')) return isAllowedPackage(rule, from)
  const target = posix.join(posix.dirname(path), from)
  if (target.startsWith('../')) return false
  const { own = [`${folder}/`], ours, types = [] } = rule
  return [...own, ...ours, ...(typeOnly ? types : [])].some(
    (prefix) => prefix === './' || covers(prefix, target),
  )
}

function isAllowedPackage({ packages, banned = [] }: Rule, from: string): boolean {
  const wanted = packages?.some((entry) => covers(entry, from)) ?? from !== '(computed)'
  return wanted && !banned.some((entry) => covers(entry, from))
}

function covers(entry: string, target: string): boolean {
  return entry === target || (/[/:]$/.test(entry) && target.startsWith(entry))
}
