import ts from 'typescript'
import { nodesOf } from './imports.ts'

/**
 * Where a source changes the case of an address by itself: `comparisonKey` is the one key that
 * addresses are compared by. Judged by the names in what is folded: `one.address.toLowerCase()`,
 * `domainOf(sender).toUpperCase()`, `to?.toLocaleLowerCase()`.
 */
export function foldedAddresses(source: string): string[] {
  return nodesOf(source).flatMap((node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
    const { name, expression } = node.expression
    const isFolding = /^to(Locale)?(Lower|Upper)Case$/.test(name.text)
    return isFolding && namesAddress(expression) ? [node.getText()] : []
  })
}

/** Where the key itself is made, and where records are found that were keyed before it was. */
export const mayFoldAddresses: readonly string[] = [
  'mail/email/address.ts',
  'backends/aws/table/recipient-hash.ts',
]

function namesAddress(folded: ts.Expression): boolean {
  const names = folded.getText().match(/\w+/g) ?? []
  return names.some((name) => addressWords.has(lastWord(name.replace(/Of$/, ''))))
}

/** `address` of `fromAddress`; of `toString` it is `string`. */
function lastWord(name: string): string {
  return /[A-Z]?[a-z]*$/.exec(name)![0].toLowerCase()
}

const addressWords: ReadonlySet<string> = new Set([
  ...['address', 'addresses', 'mailbox', 'mailboxes', 'recipient', 'recipients', 'sender'],
  ...['to', 'from', 'cc', 'bcc', 'q', 'domain', 'domains'],
])
