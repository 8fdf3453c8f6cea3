import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { tagsIn } from '../mail/template/scan.ts'
import { loadInstalled, type Made, type Source } from './template-source.ts'

type Render = (element: unknown) => string | Promise<string>
type CreateElement = (component: unknown, props: object) => unknown
type Esbuild = (options: object) => Promise<unknown>

/** What the file of a component exports. */
interface Component {
  readonly default?: unknown
  /** Of the email; tags may stand in it. */
  readonly subject?: unknown
}

/**
 * A component of React Email as html. It is given a tag for each variable that `template.json`
 * declares, so `{name}` prints `{{name}}`.
 */
export async function fromReact(source: Source): Promise<Made> {
  const { render } = loadInstalled('@react-email/render', source, wanted) as { render: Render }
  const { createElement } = loadInstalled('react', source, wanted) as {
    createElement: CreateElement
  }
  const { build } = loadInstalled('esbuild', source) as { build: Esbuild }
  try {
    const { default: component, subject } = await compiled(source, build)
    if (typeof component !== 'function')
      return refused(source, 'it exports no component by default')
    const html = await render(createElement(component, propsOf(source)))
    const failure = failureIn(html)
    if (failure !== undefined) return refused(source, failure)
    const head =
      typeof subject === 'string' ? `---\nsubject: ${subject.replace(/\s+/g, ' ')}\n---\n` : ''
    return { html: head + withTags(html), faults: [], warnings: [] }
  } catch (error) {
    return refused(source, (error as Error).message)
  }
}

const wanted = '@react-email/render react react-dom esbuild'

function refused({ path }: Source, why: string): Made {
  return { html: '', faults: [`${path}: ${why}`], warnings: [] }
}

/** Bundles a component with what it imports of its own, and loads it next to what it needs. */
async function compiled({ folder, path }: Source, build: Esbuild): Promise<Component> {
  const outfile = join(folder, `.build-${crypto.randomUUID()}.cjs`)
  const form = { bundle: true, packages: 'external', platform: 'node', format: 'cjs' }
  try {
    await build({
      entryPoints: [join(folder, path)],
      outfile,
      ...form,
      jsx: 'automatic',
      logLevel: 'silent',
    })
    return createRequire(outfile)(outfile) as Component
  } finally {
    rmSync(outfile, { force: true })
  }
}

function propsOf({ variables }: Source): Record<string, unknown> {
  return Object.fromEntries(
    variables.map(({ key, type }) => [key, type === 'object' ? pathIn(key) : `{{${key}}}`]),
  )
}

/** Prints the path by which it was asked: `{user.name}` is `{{user.name}}`. */
function pathIn(path: string): unknown {
  return new Proxy(Object.create(null) as object, {
    get: (_, name) => {
      if (name === Symbol.toPrimitive || name === 'toString') return () => `{{${path}}}`
      return typeof name === 'string' ? `{{${path}.${name}}}` : undefined
    },
  })
}

/** React puts a mark where a component threw, and goes on. */
function failureIn(html: string): string | undefined {
  if (!html.includes('<!--$!-->')) return undefined
  const [, message] = /<template data-msg="([^"]*)"/.exec(html) ?? []
  const said = decoded(message ?? 'it threw an error')
  return said.replace(/^Switched to client rendering.*\n+/, '').split('\n')[0]
}

/** React writes entities into tags, and comments between texts and around what it may wait for. */
function withTags(html: string): string {
  const text = html.replace(/<!--( |\/?\$)-->/g, '')
  let out = ''
  let from = 0
  for (const { at, end } of tagsIn(text)) {
    out += text.slice(from, at) + decoded(text.slice(at, end))
    from = end
  }
  return out + text.slice(from)
}

function decoded(tag: string): string {
  return tag.replace(/&(?:quot|#x27|#39|lt|gt|amp);/g, (entity) => entities[entity]!)
}

const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#x27;': "'",
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
}
