import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A project with these packages, or none, and these files in its folder of templates. */
export function templateProject(
  packages: string | undefined,
  files: Readonly<Record<string, string>>,
) {
  const root = temporaryDirectory()
  if (packages !== undefined) symlinkSync(packages, join(root, 'node_modules'))
  const folder = join(root, 'templates')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const run = (...words: string[]) => runCommand(['templates', ...words, '--folder', folder])
  return { folder, run, read: (path: string) => readFileSync(join(folder, path), 'utf8') }
}

/** What a template declares. */
export const described = JSON.stringify({
  variables: [{ key: 'name' }, { key: 'url' }, { key: 'user', type: 'object' }],
  samples: { name: 'Ann', url: 'https://a.test', user: { city: 'Rome' } },
})
