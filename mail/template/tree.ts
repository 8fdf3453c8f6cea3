import { parse } from '@handlebars/parser'
import { lineAt, scan, withBlankComments } from './scan.ts'
import type { Program } from './syntax.ts'
import { TemplateError } from './template-fault.ts'

/** One text of a template as it is written. */
export interface Written {
  /** What its faults are told of: `html`, `welcome/en.html`. */
  readonly where: string
  readonly text: string
  /** The line of `where` on which the text begins; 1 unless given. */
  readonly firstLine?: number
}

/** Layouts, partials and texts for all locales are read once, and compiled in each. */
const known = new WeakMap<Written, Program>()

/**
 * The tree of a text.
 *
 * @throws TemplateError with the line when it cannot be read or is too much
 */
export function treeOf(written: Written): Program {
  const tree = known.get(written) ?? read(written)
  known.set(written, tree)
  return tree
}

function read({ where, text, firstLine = 1 }: Written): Program {
  const at = (line: number) => ({ where, line: line + firstLine - 1 })
  // The parser takes a tree as well (CVE-2026-33937), and what came as JSON may be one.
  if (typeof text !== 'string') throw new TemplateError({ ...at(1), rule: 'is not text' })
  const excess = scan(text)
  if (excess) throw new TemplateError({ ...at(excess.line), rule: excess.rule })
  try {
    const tree: unknown = parse(withBlankComments(text))
    return tree as Program
  } catch (cause) {
    const { line, rule } = troubleIn(text, cause)
    throw new TemplateError({ ...at(line), rule })
  }
}

/** The parser names a place in one of two ways, after words that are for its own developers. */
function troubleIn(text: string, cause: unknown): { line: number; rule: string } {
  const said = cause instanceof Error ? cause.message : ''
  const mismatch = /^(.{1,80}) doesn't match (.{1,80}) - (\d+):/.exec(said)
  if (mismatch) {
    const [, open, close, line] = mismatch
    return { line: Number(line), rule: `{{#${open}}} is closed by {{/${close}}}` }
  }
  const line = Number(/on line (\d+)/.exec(said)?.[1] ?? lineAt(text, text.length))
  const near = /\n(.*)\n-*\^/.exec(said)?.[1]?.slice(-60)
  return { line, rule: near ? `cannot be read near "${near}"` : 'cannot be read' }
}
