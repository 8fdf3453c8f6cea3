import { readProjectFile } from '../house/tree.ts'
import { blocksOf } from './blocks.ts'

export const examplesPage = readProjectFile('docs/test-examples.md')

const files = new Map(
  blocksOf(examplesPage).flatMap(({ code }) => {
    const [, name] = /^(?:<\?php )?(?:\/\/|#) (\S+)\n/.exec(code) ?? []
    return name ? [[name, code] as const] : []
  }),
)

/** A file of docs/test-examples.md, by the name that its first line says. */
export function exampleFile(name: string): string {
  const code = files.get(name)
  if (code === undefined) throw new Error(`docs/test-examples.md has no ${name}`)
  return code
}
