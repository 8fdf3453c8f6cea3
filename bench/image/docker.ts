import { run } from '../hosts/host.ts'
import type { Builder, Container, Ended, Variables } from './builder.ts'

const image = 'postern-tried'

/** Docker, where its daemon answers. */
export async function docker(root: string): Promise<Builder | undefined> {
  const { code } = await ended('docker', ['info'])
  if (code !== 0) return undefined
  return {
    name: 'Docker',
    build: async () => {
      await run('docker', ['build', '--quiet', '--tag', image, root], { maxBuffer: 1e8 })
    },
    run: startContainer,
  }
}

const hardened = [
  ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--network', 'host'],
  ...['--security-opt', 'no-new-privileges:true'],
]

async function startContainer(data: string, variables: Variables): Promise<Container> {
  const env = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const words = ['run', '--detach', ...hardened, '--volume', `${data}:/data`, ...env, image]
  const id = (await run('docker', words)).stdout.trim()
  const inspect = async (field: string) =>
    (await run('docker', ['inspect', '--format', `{{.State.${field}}}`, id])).stdout.trim()
  return {
    isHealthy: async () => (await inspect('Health.Status')) === 'healthy',
    exec: (command) => ended('docker', ['exec', id, ...command]),
    stop: async () => {
      await run('docker', ['stop', '--time', '90', id])
      const code = Number(await inspect('ExitCode'))
      await run('docker', ['rm', id])
      return code
    },
  }
}

/** Runs a program to its end, whatever its exit code; 127 is that of one that is not there. */
export async function ended(program: string, words: readonly string[]): Promise<Ended> {
  return run(program, [...words]).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stdout, stderr }: { code: number | string; stdout: string; stderr: string }) => ({
      code: typeof code === 'number' ? code : 127,
      said: stdout + stderr,
    }),
  )
}
