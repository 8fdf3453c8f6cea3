import { execFileSync } from 'node:child_process'
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/**
 * Every file that is committed or would be: tracked or not, but never what git ignores, and no link,
 * behind which may be anything.
 *
 * @throws Error when this is no git checkout.
 */
export function projectFiles(): string[] {
  const arguments_ = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const listed = execFileSync('git', arguments_, { cwd: root, encoding: 'utf8' })
  const paths = listed.split('\0').filter((path) => path !== '' && isFile(join(root, path)))
  return [...new Set(paths)].sort()
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

export function readProjectFile(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
