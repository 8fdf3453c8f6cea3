import ts from 'typescript'

/** One import of a source file, whatever its form. */
export interface Import {
  /** As written; `(computed)` for an `import()` of an expression, which no rule can judge. */
  readonly from: string
  /** Erased when run: costs nothing, but still couples what is written. */
  readonly typeOnly: boolean
  readonly dynamic: boolean
}

/** Every import of a source: `import`, `export from`, `import()`, `import('x').T` and `require`. */
export function importsOf(source: string): Import[] {
  return nodesOf(source).flatMap((node): Import[] => {
    const found = importOf(node)
    return found ? [found] : []
  })
}

/** Whether a source names one of these globals as a value: `process`, `fetch`. */
export function usesGlobal(source: string, names: readonly string[]): boolean {
  return nodesOf(source).some(
    (node) => ts.isIdentifier(node) && names.includes(node.text) && isValue(node),
  )
}

/** Whether a source may read the environment: it takes `process` other than for a known member. */
export function readsEnvironment(source: string): boolean {
  const imported = importsOf(source).some(({ from }) => /^(node:)?process$/.test(from))
  return imported || nodesOf(source).some(isProcessAtLarge)
}

/** Whether a source declares types and nothing that runs. */
export function holdsOnlyTypes(source: string): boolean {
  return parse(source).statements.every(
    (statement) =>
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      importOf(statement)?.typeOnly === true,
  )
}

/** How many functions of this name a source declares. */
export function declarationsOf(name: string, source: string): number {
  return nodesOf(source).filter(
    (node) => ts.isFunctionDeclaration(node) && node.name?.text === name,
  ).length
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node))
    return { from: textOf(node.moduleSpecifier), typeOnly: isErased(node), dynamic: false }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier)
    return { from: textOf(node.moduleSpecifier), typeOnly: node.isTypeOnly, dynamic: false }
  if (ts.isImportTypeNode(node))
    return {
      from: ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : computed,
      typeOnly: true,
      dynamic: false,
    }
  if (ts.isCallExpression(node) && isLoader(node.expression))
    return { from: textOf(node.arguments[0]), typeOnly: false, dynamic: true }
  return undefined
}

const computed = '(computed)'

function isErased({ importClause }: ts.ImportDeclaration): boolean {
  return importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}

function isLoader(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require')
  )
}

function textOf(specifier: ts.Node | undefined): string {
  return specifier && ts.isStringLiteralLike(specifier) ? specifier.text : computed
}

/** `process.env`, `process['env']`, `const { env } = process`; not `process.pid`. */
function isProcessAtLarge(node: ts.Node): boolean {
  if (!ts.isIdentifier(node) || node.text !== 'process' || !isValue(node)) return false
  const reached = isMemberOfGlobal(node) ? node.parent : node
  const { parent } = reached
  const isOwner = ts.isPropertyAccessExpression(parent) && parent.expression === reached
  return !isOwner || parent.name.text === 'env'
}

/** An identifier that is not merely the name of a property, a parameter or a declaration. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node
  if (isMemberOfGlobal(node)) return true
  return !('name' in parent && parent.name === node)
}

function isMemberOfGlobal({ parent }: ts.Identifier): boolean {
  return (
    ts.isPropertyAccessExpression(parent) &&
    ts.isIdentifier(parent.expression) &&
    parent.expression.text === 'globalThis'
  )
}

export function nodesOf(source: string): readonly ts.Node[] {
  const known = parsed.get(source)
  if (known) return known
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(parse(source))
  parsed.set(source, nodes)
  return nodes
}

/** Every rule looks at every file, and parsing is what takes the time. */
const parsed = new Map<string, readonly ts.Node[]>()

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true)
}
