/*
 * The tree that @handlebars/parser makes, as far as it is read here: the types it brings cannot be
 * resolved by Node's rules, for they name a file without its ending.
 */

interface Node {
  readonly loc: { readonly start: { readonly line: number } }
}

export interface Program {
  readonly body: readonly Statement[]
  readonly blockParams?: readonly string[]
}

export type Statement = Content | Comment | Mustache | Block | Partial | Unsupported

interface Content extends Node {
  readonly type: 'ContentStatement'
  readonly value: string
}

interface Comment extends Node {
  readonly type: 'CommentStatement'
}

/** `{{name}}`, `{{{name}}}`, `{{length items}}`. */
export interface Mustache extends Node, Call {
  readonly type: 'MustacheStatement'
  readonly escaped: boolean
}

/** `{{#if}}` and its end. */
export interface Block extends Node, Call {
  readonly type: 'BlockStatement'
  readonly program?: Program
  readonly inverse?: Program
}

/** `{{> name}}`. */
export interface Partial extends Node {
  readonly type: 'PartialStatement'
  readonly name: Expression
  readonly params: readonly Expression[]
  readonly hash?: Hash
}

interface Unsupported extends Node {
  readonly type: 'Decorator' | 'DecoratorBlock' | 'PartialBlockStatement'
}

/** What is called by a name, and with what. */
export interface Call {
  readonly path: Expression
  readonly params: readonly Expression[]
  readonly hash?: Hash
}

export interface Hash {
  readonly pairs: readonly { readonly key: string; readonly value: Expression }[]
}

export type Expression = Path | SubExpression | Literal | Nothing

export interface Path {
  readonly type: 'PathExpression'
  /** `@` stands before it. */
  readonly data: boolean
  /** How often `../` does. */
  readonly depth: number
  readonly parts: readonly (string | SubExpression)[]
  readonly original: string
}

interface SubExpression extends Call {
  readonly type: 'SubExpression'
}

type Literal =
  | { readonly type: 'StringLiteral'; readonly value: string }
  | { readonly type: 'NumberLiteral'; readonly value: number }
  | { readonly type: 'BooleanLiteral'; readonly value: boolean }

interface Nothing {
  readonly type: 'NullLiteral' | 'UndefinedLiteral'
}
