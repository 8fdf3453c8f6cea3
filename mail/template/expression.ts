import { functionNamed } from './functions.ts'
import { lookUp } from './path.ts'
import { takeStep, type FindMessage, type Spot, type Value } from './run.ts'
import type { Call, Expression, Hash } from './syntax.ts'
import { TemplateError } from './template-fault.ts'

/** Makes of an expression what works out its value. */
export function valueOf(expression: Expression, spot: Spot, find: FindMessage): Value {
  switch (expression.type) {
    case 'PathExpression':
      return lookUp(expression, spot)
    case 'SubExpression':
      return call(expression, spot, find)
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral': {
      const { value } = expression
      return () => value
    }
    case 'NullLiteral':
      return () => null
    default:
      return () => undefined
  }
}

/** @throws TemplateError when there is no such function, or it takes another number of values */
export function call(called: Call, spot: Spot, find: FindMessage): Value {
  const { path, params, hash } = called
  const name = nameOf(path, spot)
  if (name === 't') return message(called, spot, find)
  const known = functionNamed(name)
  if (!known) throw new TemplateError({ ...spot, rule: `there is no helper "${name}"` })
  checkCount(name, params.length, known, spot)
  if (hash?.pairs.length)
    throw new TemplateError({ ...spot, rule: `"${name}" takes no name=value` })
  const values = params.map((one) => valueOf(one, spot, find))
  return (run, scope) => {
    const given = values.map((value) => value(run, scope))
    takeStep(
      run,
      spot,
      given.reduce<number>((sum, one) => sum + weightOf(one), known.steps ?? 1),
    )
    return known.work(given, spot)
  }
}

/** Long texts are compared at a cost. */
function weightOf(value: unknown): number {
  return typeof value === 'string' ? value.length >> 10 : 0
}

export function checkCount(
  name: string,
  count: number,
  { least, most }: { least: number; most: number },
  spot: Spot,
): void {
  if (count >= least && count <= most) return
  const wanted = least === most ? String(least) : `${least} to ${most}`
  throw new TemplateError({ ...spot, rule: `"${name}" takes ${wanted} values; there are ${count}` })
}

/** The one name by which something is called. */
export function nameOf(path: Expression, spot: Spot): string {
  const isName = path.type === 'PathExpression' && !path.data && path.depth === 0
  const [name, ...rest] = isName ? path.parts : []
  if (typeof name === 'string' && rest.length === 0) return name
  throw new TemplateError({ ...spot, rule: 'a helper has a simple name' })
}

/** `{{t "key" name=value}}`: a sentence in the locale. */
function message({ params, hash }: Call, spot: Spot, find: FindMessage): Value {
  const [key, ...rest] = params
  if (key?.type !== 'StringLiteral' || rest.length > 0)
    throw new TemplateError({ ...spot, rule: '"t" takes one key in quotes' })
  const found = find(key.value)
  if (!found) throw new TemplateError({ ...spot, rule: `there is no message "${key.value}"` })
  const values = namedValues(hash, spot, find)
  return (run, scope) => {
    const inner = { ...run, out: '' }
    const given = values(run, scope)
    found(given)(inner, { value: given, parent: scope })
    return inner.out
  }
}

type Named = (...at: Parameters<Value>) => Record<string, unknown>

/** What follows as `name=value`. */
export function namedValues(hash: Hash | undefined, spot: Spot, find: FindMessage): Named {
  const pairs = (hash?.pairs ?? []).map(
    ({ key, value }) => [key, valueOf(value, spot, find)] as const,
  )
  return (run, scope) => Object.fromEntries(pairs.map(([key, value]) => [key, value(run, scope)]))
}
