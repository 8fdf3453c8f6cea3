import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildah } from './buildah.ts'
import { docker } from './docker.ts'
import { tryImage } from './try.ts'

/*
 * `npm run image`: builds the image of the Dockerfile, runs it as docs/containers.md does, sends an
 * email through it, stops it and starts it again. Fails where any of it does not work.
 */

const root = join(import.meta.dirname, '../..')
const builder = (await docker(root)) ?? (await buildah(root))

if (!builder)
  console.log('No image was built: that takes Docker, or buildah and mmdebstrap as root.')
else {
  const begin = performance.now()
  await builder.build()
  console.log(`${builder.name} built the image in ${seconds(begin)} s`)
  const data = mkdtempSync(join(tmpdir(), 'postern-image-'))
  try {
    // As a volume takes over the owner of the folder in the image.
    chownSync(data, 10001, 10001)
    for (const line of await tryImage(builder, data)) console.log(line)
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

function seconds(begin: number): string {
  return ((performance.now() - begin) / 1_000).toFixed(0)
}
