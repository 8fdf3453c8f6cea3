import { run } from '../hosts/host.ts'
import { makeBases, suite } from './bases.ts'
import type { Builder } from './builder.ts'
import { runInChroot, type ImageConfig } from './chroot.ts'
import { ended } from './docker.ts'

const image = 'localhost/postern-tried'

/**
 * Buildah and a chroot, as root: for a machine on which no engine runs containers. The images that
 * the Dockerfile begins with are made of packages of Debian and npm, so no registry is asked.
 */
export async function buildah(root: string): Promise<Builder | undefined> {
  const there = await Promise.all([
    ended('buildah', ['--version']),
    ended('mmdebstrap', ['--version']),
    // What the image is run with below.
    ended('unshare', ['--mount', '--pid', '--fork', 'true']),
  ])
  if (there.some(({ code }) => code !== 0) || process.getuid?.() !== 0) return undefined
  return {
    name: 'buildah',
    build: async () => {
      await makeBases(build)
      await build(root, ['--tag', image, '--build-arg', `DEBIAN=${suite}`])
    },
    run: async (data, variables) => {
      const container = await buildahSays(['from', '--pull-never', image])
      const directory = await buildahSays(['mount', container])
      const inspected = JSON.parse(await buildahSays(['inspect', container])) as Inspected
      const running = runInChroot(directory, inspected.Docker.config, { data, variables })
      const remove = () => buildahSays(['rm', container])
      return { ...running, stop: () => running.stop().finally(remove) }
    },
  }
}

interface Inspected {
  readonly Docker: { readonly config: ImageConfig }
}

async function build(context: string, words: readonly string[]): Promise<void> {
  const how = ['--format', 'docker', '--isolation', 'chroot', '--pull-never', '--no-cache']
  await buildahSays(['bud', ...how, ...words, context])
}

async function buildahSays(words: readonly string[]): Promise<string> {
  const all = ['--storage-driver', 'vfs', ...words]
  return (await run('buildah', all, { maxBuffer: 1e8 })).stdout.trim()
}
