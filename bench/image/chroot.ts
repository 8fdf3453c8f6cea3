import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Container, Variables } from './builder.ts'
import { ended } from './docker.ts'

/** What an image says of how it is run (its configuration in Docker's format). */
export interface ImageConfig {
  readonly User: string
  readonly Env: readonly string[]
  readonly WorkingDir: string
  readonly Entrypoint: readonly string[]
  readonly Cmd: readonly string[]
  readonly Healthcheck: { readonly Test: readonly string[] }
}

interface Given {
  readonly data: string
  readonly variables: Variables
}

/**
 * Runs what an image holds as an engine would: as its user and process 1 of a namespace, with a
 * read-only root, a folder at `/data`, and nothing else that can be written but `/tmp`.
 */
export function runInChroot(root: string, config: ImageConfig, given: Given): Container {
  const own = Object.entries(given.variables).map(([name, value]) => `${name}=${value}`)
  const command = [...config.Entrypoint, ...config.Cmd]
  const words = ['-c', script, 'sh', root, given.data, ...within(root, config, own, command)]
  const child = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'sh', ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const exited = once(child, 'exit') as Promise<[number]>
  /** Process 1 of the namespace, as this machine counts. */
  const first = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
  const exec = (words: readonly string[]) =>
    ended('nsenter', ['-t', first(), '-m', '-p', ...within(root, config, own, words)])
  return {
    exec,
    isHealthy: async () => (await exec(config.Healthcheck.Test.slice(1))).code === 0,
    stop: async () => {
      process.kill(Number(first()), 'SIGTERM')
      return (await exited)[0]
    },
  }
}

const script = `set -e
root=$1 data=$2
shift 2
mount --make-rprivate /
mount --rbind "$root" "$root"
mount -o remount,ro,bind "$root"
mount --bind "$data" "$root/data"
mount -t tmpfs tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec "$@"`

function within(
  root: string,
  { User, Env, WorkingDir }: ImageConfig,
  own: readonly string[],
  words: readonly string[],
): string[] {
  const change = ['chroot', `--userspec=${User}`, '--groups=', root]
  return [...change, 'env', '-i', '-C', WorkingDir, ...Env, ...own, ...words]
}
