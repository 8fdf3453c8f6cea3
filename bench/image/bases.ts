import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../hosts/host.ts'

/** The Debian of this machine, of which packages can be had here. */
export const suite =
  /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'trixie'

type Build = (context: string, words: readonly string[]) => Promise<void>

/**
 * The two images that the Dockerfile begins with, as much of them as it uses: a small Debian from
 * Debian's packages, and the same with the Node of `node_modules` and the npm of this machine.
 */
export async function makeBases(build: Build): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'postern-bases-'))
  try {
    const tar = join(context, 'debian.tar')
    await run('mmdebstrap', ['--variant=minbase', '--mode=root', suite, tar], { maxBuffer: 1e8 })
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nADD debian.tar /\n')
    await build(context, ['--tag', `localhost/debian:${suite}-slim`])
    rmSync(tar)
    addNode(context)
    await build(context, ['--tag', `localhost/node:24-${suite}-slim`])
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
}

function addNode(context: string): void {
  mkdirSync(join(context, 'bin'))
  cpSync(process.execPath, join(context, 'bin/node'), { dereference: true })
  cpSync(npmHome(), join(context, 'npm'), { recursive: true, dereference: true })
  // Of this machine, for a proxy that shows a certificate of its own.
  cpSync('/etc/ssl/certs/ca-certificates.crt', join(context, 'ca.crt'), { dereference: true })
  writeFileSync(join(context, 'Dockerfile'), dockerfile)
}

/** Of the npm that runs this. */
function npmHome(): string {
  const cli = process.env['npm_execpath']
  if (!cli) throw new Error('run it as npm run image')
  return dirname(dirname(cli))
}

const dockerfile = `FROM localhost/debian:${suite}-slim
COPY bin/node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
COPY ca.crt /etc/ssl/ca.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/ca.crt
`
