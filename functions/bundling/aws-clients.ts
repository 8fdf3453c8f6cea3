import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OnLoadArgs, Plugin } from 'esbuild'

/**
 * The clients of AWS without what nothing asks them for, half of their size: each knows all that its
 * service can be asked, every error with all fields, 140 of them in Parameter Store, its whole
 * package.json, and the protocols of all other services.
 */
export const leanAwsClients: Plugin = {
  name: 'lean AWS clients',
  setup(build) {
    const schemas = /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/
    build.onLoad({ filter: schemas }, rewritten(droppable, straight))
    const about = /@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/
    build.onLoad({ filter: about }, rewritten(versionAlone))
    build.onLoad(
      { filter: /@(aws-sdk|smithy)[\\/].*[\\/]dist-es[\\/].*\.js$/ },
      rewritten(straight),
    )
  },
}

function rewritten(...changes: ((text: string) => string)[]) {
  return ({ path }: OnLoadArgs) => ({
    contents: changes.reduce((text, change) => change(text), readFileSync(path, 'utf8')),
    loader: path.endsWith('.json') ? ('json' as const) : ('js' as const),
  })
}

/** The errors of which more is read than the name: one that is not registered has that all the same. */
const read = ['ConditionalCheckFailedException']

/**
 * Lets esbuild leave out what nothing refers to: a schema with a computed key might do something,
 * for all that it knows, and every error is registered.
 */
function droppable(schemas: string): string {
  return schemas
    .replaceAll(/^((?:export )?var [\w$]+ = )(\[[^]*?\]);$/gm, '$1/* @__PURE__ */ (() => $2)();')
    .replaceAll(/^\w+\.registerError\((\w+)\$, .*$/gm, (line, name: string) =>
      read.includes(name) || name.endsWith('ServiceException') ? line : '',
    )
}

function versionAlone(about: string): string {
  return JSON.stringify({ version: (JSON.parse(about) as { version: string }).version })
}

/**
 * Imports each name from the file that has it. Through the file that exports all of them esbuild
 * would put into the start what only a client imported later uses.
 */
function straight(source: string): string {
  return source.replaceAll(
    /^import \{([^}]+)\} from "(@(?:smithy|aws-sdk)\/core)\/([\w-]+)";$/gm,
    (_, names: string, core: string, part: string) => {
      const folder = join(modules, core, 'dist-es/submodules', part)
      const homes = homesOf(join(folder, 'index.js'))
      return listed(names)
        .map((name) => [name, homes.get(name.split(' ')[0]!) ?? './index'])
        .map(([name, home]) => `import { ${name} } from ${JSON.stringify(placeOf(folder, home!))};`)
        .join('\n')
    },
  )
}

const modules = join(import.meta.dirname, '../../node_modules')

/** Where the names come from that a file only passes on. */
function homesOf(path: string): ReadonlyMap<string, string> {
  const lines = readFileSync(path, 'utf8').matchAll(/^export \{([^}]+)\} from "([^"]+)";$/gm)
  const homes = [...lines].flatMap(([, names, home]) =>
    listed(names!).flatMap((name) => (/ as /.test(name) ? [] : [[name, home!] as const])),
  )
  return new Map(homes)
}

function listed(names: string): string[] {
  return names.split(',').flatMap((name) => name.trim() || [])
}

function placeOf(folder: string, home: string): string {
  return home.startsWith('.') ? join(folder, home) : home
}
