import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Npm runs this after `npm ci`, before it packs, and before `npx postern` in a checkout. It builds
 * only what has changed since: a build removes `dist` from beneath whatever runs there.
 */

const root = join(import.meta.dirname, '..')
const code = 'api backends bin cli console engines functions lib machine mail submission'
const folders = code.split(' ')
const files = ['package.json', 'package-lock.json', 'tsconfig.build.json', 'vite.config.ts']

/** What a build writes last. */
const lastBuilt = join(root, 'dist/sbom.cdx.json')

if (existsSync(lastBuilt) && newestSource() <= statSync(lastBuilt).mtimeMs) {
  // Nothing has changed.
} else if (!existsSync(join(root, 'node_modules/@typescript/native'))) {
  process.stderr.write(
    'Postern is not built, for --omit=dev leaves out the compiler: npm start runs the sources, ' +
      'without the console. For all of it run npm ci, and then npm prune --omit=dev.\n',
  )
} else {
  process.stderr.write('Building Postern: the sources are newer. This takes 10 to 60 seconds.\n')
  process.exitCode =
    spawnSync('npm run build', { cwd: root, stdio: 'inherit', shell: true }).status ?? 1
}

/** In milliseconds since 1970. Of folders too, which tell what was removed. */
function newestSource(): number {
  const below = folders.flatMap((folder) => [
    folder,
    ...readdirSync(join(root, folder), { recursive: true }).map((path) =>
      join(folder, String(path)),
    ),
  ])
  return Math.max(...[...below, ...files].map((path) => statSync(join(root, path)).mtimeMs))
}
