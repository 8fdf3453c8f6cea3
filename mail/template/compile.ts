import { escapeBlanks, escapeHtml, escapeQuotes } from './escape.ts'
import { call, checkCount, namedValues, nameOf, valueOf } from './expression.ts'
import { mayLack, variableOf } from './path.ts'
import { functionNamed, isTrue } from './functions.ts'
import { beginLink, goOnWithLink } from './link.ts'
import { htmlPlace, inText, type HtmlPlace, type PlaceMark } from './html-place.ts'
import { limits } from './limits.ts'
import {
  blame,
  print,
  takeStep,
  type FindMessage,
  type Run,
  type Scope,
  type Spot,
  type Step,
} from './run.ts'
import { spell } from './spell.ts'
import type { Block, Expression, Mustache, Partial, Program, Statement } from './syntax.ts'
import { TemplateError } from './template-fault.ts'
import { treeOf, type Written } from './tree.ts'

/** What the texts of a template may refer to. */
export interface Library {
  partial(name: string): Written | undefined
  readonly message: FindMessage
}

/** What a text and its partials have in common. */
interface Shared {
  readonly kind: 'html' | 'text'
  readonly library: Library
  /** The partials around this one. */
  readonly inside: readonly string[]
  /** Partials that were compiled before: once for each kind of place, however often they are named. */
  readonly made: Map<string, Made>
  /** What these come to. */
  readonly included: { characters: number }
}

interface Made {
  readonly step: Step
  /** Where in html it ends. */
  readonly end: PlaceMark
}

interface Work extends Shared {
  readonly where: string
  readonly firstLine: number
  /** Followed through html; text, subjects and messages are not escaped. */
  readonly place?: HtmlPlace
}

/**
 * Makes of a text what prints it. Nothing of it is evaluated later that stands in a value.
 *
 * @throws TemplateError naming the line of what cannot be read, or is not there
 */
export function compile(written: Written, kind: 'html' | 'text', library: Library): Step {
  const shared = { kind, library, inside: [], made: new Map(), included: { characters: 0 } }
  return compilePart(written, shared, inText).step
}

function compilePart(written: Written, shared: Shared, start: PlaceMark): Made {
  const { where, firstLine = 1 } = written
  const place = shared.kind === 'html' ? htmlPlace(start) : undefined
  const step = sequence(treeOf(written), { ...shared, where, firstLine, place })
  return { step, end: place?.mark ?? start }
}

function sequence(program: Program | undefined, work: Work): Step {
  const steps = (program?.body ?? []).flatMap((one) => stepOf(one, work) ?? [])
  return (run, scope) => {
    for (const step of steps) step(run, scope)
  }
}

function stepOf(statement: Statement, work: Work): Step | undefined {
  const spot = { where: work.where, line: statement.loc.start.line + work.firstLine - 1 }
  switch (statement.type) {
    case 'ContentStatement':
      return written(statement.value, work, spot)
    case 'CommentStatement':
      return undefined
    case 'MustacheStatement':
      return printing(statement, work, spot)
    case 'BlockStatement':
      return block(statement, work, spot)
    case 'PartialStatement':
      return partial(statement, work, spot)
    default:
      throw new TemplateError({ ...spot, rule: 'decorators and partial blocks are not supported' })
  }
}

/** Prints what stands between tags. */
function written(text: string, { place }: Work, spot: Spot): Step {
  const { more = '', begun } = place?.read(text) ?? {}
  return (run) => {
    if (more !== '') goOnWithLink(run, more, { ...spot, isHtml: false })
    if (begun !== undefined) beginLink(run, begun)
    print(run, text, spot)
  }
}

function printing(statement: Mustache, work: Work, spot: Spot): Step {
  const { path, params, hash, escaped } = statement
  const variable = variableOf(path)
  if (isContent(path)) {
    if (work.place?.inAttribute)
      throw new TemplateError({ ...spot, rule: '@content is for no attribute' })
    return printContent
  }
  const isCall = params.length > 0 || hash !== undefined
  const find = work.library.message
  const value = isCall ? call(statement, spot, find) : valueOf(path, spot, find)
  const spelled = spellingAt(work.place, escaped, spot)
  work.place?.printed()
  return (run, scope) => {
    takeStep(run, spot)
    const got = value(run, scope)
    if (got === undefined && !isCall && !mayLack(run, variable))
      blame(run, { ...spot, rule: `the variable "${variable}" is missing`, variable })
    print(run, spelled(run, spell(got)), spot)
  }
}

/** Once inside the other: content that names itself prints nothing there. */
function printContent(run: Run, scope: Scope) {
  const { body } = run
  run.body = undefined
  body?.(run, scope)
  run.body = body
}

/** `{{{@content}}}`: where a layout has what it stands around. */
function isContent(path: Expression): boolean {
  return path.type === 'PathExpression' && path.original === '@content'
}

/** What becomes of a printed text, by the place it is printed at. */
function spellingAt(
  place: HtmlPlace | undefined,
  escaped: boolean,
  spot: Spot,
): (run: Run, text: string) => string {
  if (!place) return (_, text) => text
  const { inAttribute, isBare, inUrl } = place
  const quoted = escaped ? escapeHtml : inAttribute ? escapeQuotes : (text: string) => text
  const encode = isBare ? (text: string) => escapeBlanks(quoted(text)) : quoted
  if (!inUrl) return (_, text) => encode(text)
  return (run, text) => {
    goOnWithLink(run, text, { ...spot, isHtml: !escaped })
    return encode(text)
  }
}

function block(statement: Block, work: Work, spot: Spot): Step {
  const name = nameOf(statement.path, spot)
  const hasNames = [statement.program, statement.inverse].some((one) => one?.blockParams?.length)
  if (hasNames) throw new TemplateError({ ...spot, rule: '"as |name|" is not supported' })
  if (name === 'each') return each(statement, work, spot)
  if (!functionNamed(name) || !conditions.has(name))
    throw new TemplateError({ ...spot, rule: `there is no block helper "${name}"` })
  const condition = call(statement, spot, work.library.message)
  const [then, otherwise] = branches(statement, work)
  return (run, scope) => {
    takeStep(run, spot)
    const branch = isTrue(condition(run, scope)) ? then : otherwise
    branch(run, scope)
  }
}

const conditions = new Set([
  ...['if', 'unless', 'and', 'or'],
  ...['equals', 'notEquals', 'greaterThan', 'lessThan'],
])

/** Both begin at the same place in html. */
function branches({ program, inverse }: Block, work: Work): [Step, Step] {
  const { place } = work
  const start = place?.mark
  const then = sequence(program, work)
  const end = place?.mark
  if (start) place?.goTo(start)
  const otherwise = sequence(inverse, work)
  if (end) place?.meet(end)
  return [then, otherwise]
}

function each(statement: Block, work: Work, spot: Spot): Step {
  checkCount('each', statement.params.length, { least: 1, most: 1 }, spot)
  const list = valueOf(statement.params[0]!, spot, work.library.message)
  const [round, otherwise] = branches(statement, work)
  return (run, scope) => {
    takeStep(run, spot)
    const values = list(run, scope)
    const keys = Array.isArray(values) ? undefined : keysOf(values)
    const last = (keys ?? (values as unknown[])).length - 1
    if (last < 0) return otherwise(run, scope)
    for (let index = 0; index <= last; index++) {
      takeStep(run, spot)
      const key = keys ? keys[index]! : index
      const value = (values as Readonly<Record<string | number, unknown>>)[key]
      const inner = { index, key, first: index === 0, last: index === last }
      round(run, { value, parent: scope, round: inner })
    }
  }
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

function partial(statement: Partial, work: Work, spot: Spot): Step {
  const name = nameOf(statement.name, spot)
  checkCount(`> ${name}`, statement.params.length, { least: 0, most: 1 }, spot)
  const step = partialStep(name, work, spot)
  const find = work.library.message
  const values = namedValues(statement.hash, spot, find)
  const [given] = statement.params
  const base = given && valueOf(given, spot, find)
  return (run, scope) => {
    takeStep(run, spot)
    const named = values(run, scope)
    // Never copied: what is given may be large, and a partial be named often.
    const inner = base
      ? { value: base(run, scope), named }
      : { value: scope.value, named: { ...scope.named, ...named } }
    step(run, { ...inner, parent: scope })
  }
}

/** Html goes on in a partial from where it was, and after it from where that left it. */
function partialStep(name: string, work: Work, spot: Spot): Step {
  const start = work.place?.mark ?? inText
  const key = JSON.stringify([name, start])
  const made = work.made.get(key) ?? makePartial(name, work, { ...spot, start })
  work.made.set(key, made)
  work.place?.goTo(made.end)
  return made.step
}

function makePartial(
  name: string,
  { kind, library, made, included, inside }: Work,
  { start, ...spot }: Spot & { start: PlaceMark },
): Made {
  const no = (rule: string) => new TemplateError({ ...spot, rule })
  const found = library.partial(name)
  if (!found) throw no(`there is no partial "${name}"`)
  if (inside.includes(name)) throw no(`the partial "${name}" includes itself`)
  if (inside.length === limits.partials) throw no(`more than ${limits.partials} partials deep`)
  if (made.size >= limits.tags) throw no(`more than ${limits.tags} partials`)
  if ((included.characters += found.text.length) > limits.output)
    throw no(`its partials have more than ${limits.output} characters`)
  return compilePart(found, { kind, library, made, included, inside: [...inside, name] }, start)
}
