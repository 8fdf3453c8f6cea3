/** Prints rows in columns, the first row as the head. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')
  const rule = widths.map((width) => '-'.repeat(width)).join('  ')
  const [head, ...body] = rows.map(line)
  console.log(['', title, head, rule, ...body].map((text) => text?.trimEnd()).join('\n'))
}
