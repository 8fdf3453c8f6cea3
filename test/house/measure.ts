import ts from 'typescript'
import { projectFiles, readProjectFile } from './tree.ts'

/** How large the parts of the house are, in lines. */
interface Sizes {
  readonly median: number
  readonly nineInTen: number
  readonly most: number
  readonly count: number
}

interface Measures {
  readonly files: Sizes
  readonly functions: Sizes
  /** Declared functions with more parameters than a reader keeps apart, as `path: name (count)`. */
  readonly manyParameters: readonly string[]
  readonly longestFiles: readonly string[]
}

/** Most parameters of a declared function; what needs more takes an object. */
const mostParameters = 4

/** Measures every source file that is no test. */
export function measureHouse(): Measures {
  const sources = projectFiles()
    .filter((path) => /\.tsx?$/.test(path) && path.includes('/') && !path.startsWith('test/'))
    .map((path) => parse(path, readProjectFile(path)))
  const lengths = sources.map(({ file }) => linesOf(file))
  const functions = sources.flatMap(functionsIn)
  const byLength = sources
    .map(({ path }, index) => ({ path, lines: lengths[index]! }))
    .sort((a, b) => b.lines - a.lines)
  return {
    files: sizesOf(lengths),
    functions: sizesOf(functions.map(({ lines }) => lines)),
    manyParameters: functions
      .filter(({ isDeclared, parameters }) => isDeclared && parameters > mostParameters)
      .map(({ path, name, parameters }) => `${path}: ${name} (${parameters})`),
    longestFiles: byLength.slice(0, 5).map(({ path, lines }) => `${path}: ${lines}`),
  }
}

interface Parsed {
  readonly path: string
  readonly file: ts.SourceFile
}

function parse(path: string, source: string): Parsed {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  return { path, file: ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind) }
}

function linesOf(file: ts.SourceFile): number {
  return file.text.trimEnd().split('\n').length
}

function functionsIn({ path, file }: Parsed) {
  const found: Measured[] = []
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body)
      found.push(measured(path, node, file))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

interface Measured {
  readonly path: string
  readonly name: string
  readonly lines: number
  readonly parameters: number
  readonly isDeclared: boolean
}

function measured(path: string, node: ts.SignatureDeclaration, file: ts.SourceFile): Measured {
  const line = (at: number) => file.getLineAndCharacterOfPosition(at).line
  return {
    path,
    name: node.name?.getText(file) ?? '',
    lines: line(node.end) - line(node.getStart(file)) + 1,
    parameters: node.parameters.length,
    isDeclared: ts.isFunctionDeclaration(node),
  }
}

function sizesOf(numbers: readonly number[]): Sizes {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
  return { median: at(0.5), nineInTen: at(0.9), most: sorted.at(-1)!, count: sorted.length }
}

function printed({ files, functions, manyParameters, longestFiles }: Measures): string {
  const row = (what: string, { median, nineInTen, most, count }: Sizes) =>
    `${what.padEnd(10)} ${count} in all; lines: median ${median}, nine in ten ${nineInTen}, most ${most}`
  return [
    row('files', files),
    row('functions', functions),
    `more than ${mostParameters} parameters: ${manyParameters.length}`,
    ...manyParameters.map((one) => `  ${one}`),
    'longest files:',
    ...longestFiles.map((one) => `  ${one}`),
  ].join('\n')
}

// For people: `node test/house/measure.ts`.
if (import.meta.main) process.stdout.write(`${printed(measureHouse())}\n`)
