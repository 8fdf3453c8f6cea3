import { limits } from './limits.ts'
import type { Run, Scope, Spot, Value } from './run.ts'
import type { Expression, Path } from './syntax.ts'
import { TemplateError } from './template-fault.ts'

/** Finds a value by its path. */
export function lookUp(path: Path, spot: Spot): Value {
  const parts = namesIn(path)
  if (parts.length < path.parts.length)
    throw new TemplateError({ ...spot, rule: 'a path is made of names' })
  if (parts.length + path.depth > limits.depth)
    throw new TemplateError({ ...spot, rule: `a path has more than ${limits.depth} names` })
  if (path.data) return lookUpData(path, parts, spot)
  const { depth } = path
  return (_, scope) => walkFrom(outward(scope, depth), parts)
}

/** `@root`, `@subject`, `@locale`, `@direction` for `dir`, and what a loop knows of its round. */
function lookUpData(path: Path, [name = '', ...rest]: string[], spot: Spot): Value {
  if (name === 'root') return ({ root }) => walk(root, rest)
  if (name === 'locale' && rest.length === 0) return ({ locale }) => locale
  if (name === 'subject' && rest.length === 0) return ({ subject }) => subject
  if (name === 'direction' && rest.length === 0) return ({ direction }) => direction
  if (!isOfRound(name) || rest.length > 0)
    throw new TemplateError({ ...spot, rule: `there is no ${path.original}` })
  const { depth } = path
  return (_, scope) => roundOf(scope, depth)?.[name]
}

const ofRound = ['index', 'key', 'first', 'last'] as const

function isOfRound(name: string): name is (typeof ofRound)[number] {
  return (ofRound as readonly string[]).includes(name)
}

function roundOf(scope: Scope, depth: number): Scope['round'] {
  const inner = nearestRound(scope)
  return depth === 0 || !inner?.parent ? inner?.round : roundOf(inner.parent, depth - 1)
}

function nearestRound(scope: Scope | undefined): Scope | undefined {
  return scope && !scope.round ? nearestRound(scope.parent) : scope
}

/** Past the root there is nothing. */
function outward(scope: Scope | undefined, depth: number): Scope | undefined {
  return depth === 0 ? scope : outward(scope?.parent, depth - 1)
}

function walkFrom(scope: Scope | undefined, parts: readonly string[]): unknown {
  const isNamed = scope?.named && parts.length > 0 && Object.hasOwn(scope.named, parts[0]!)
  return walk(isNamed ? scope.named : scope?.value, parts)
}

/** Own properties alone: nothing that was not given can be read. */
function walk(value: unknown, parts: readonly string[]): unknown {
  for (const part of parts) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[part]
  }
  return value
}

/** The variable that a path names, if it names one of those given. */
export function variableOf(expression: Expression): string | undefined {
  if (expression.type !== 'PathExpression') return undefined
  const parts = namesIn(expression)
  if (!expression.data) return parts.join('.')
  return parts[0] === 'root' ? parts.slice(1).join('.') : undefined
}

function namesIn({ parts }: Path): string[] {
  return parts.filter((part) => typeof part === 'string')
}

/** Whether nothing is said about this value being absent. */
export function mayLack({ optional, strict }: Run, variable: string | undefined): boolean {
  return !strict || variable === undefined || optional.has(variable.split('.')[0]!)
}
