import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'

/** How a run of the program ended. */
export type Run =
  | {
      readonly kind: 'ended'
      /** Undefined: killed. */
      readonly code?: number
      readonly signal?: string
      /** The deadline ended it. */
      readonly overdue: boolean
      /** Whether all of the email was handed to the program: then it may have kept it. */
      readonly wholeEmail: boolean
      /** What it wrote, standard error first. */
      readonly words: string
    }
  | { readonly kind: 'notStarted'; readonly code: string }

/** Most that is kept of either output, in bytes; the rest is read and dropped. */
const longestOutput = 65_536

/** All that the program learns of us: no secret of this process is in its environment. */
const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

/** Runs a program once, without a shell, with the email on its standard input. */
export async function run(
  program: string,
  args: readonly string[],
  email: Uint8Array,
  deadline: AbortSignal,
): Promise<Run> {
  if (deadline.aborted) return { kind: 'ended', overdue: true, wholeEmail: false, words: '' }
  let child: ChildProcessWithoutNullStreams
  try {
    // A process group of its own, so that the deadline also ends what the program has started.
    child = spawn(program, args, { shell: false, detached: true, cwd: '/', env: environment })
  } catch (error) {
    return { kind: 'notStarted', code: (error as NodeJS.ErrnoException).code ?? 'unknown' }
  }
  const ended = endOf(child, deadline)
  const kill = () => killGroup(child)
  deadline.addEventListener('abort', kill, { once: true })
  hand(child, email)
  return ended.finally(() => {
    deadline.removeEventListener('abort', kill)
    child.stdin.destroy()
    child.stdout.destroy()
    child.stderr.destroy()
  })
}

function hand(child: ChildProcessWithoutNullStreams, email: Uint8Array) {
  // EPIPE: the program has stopped reading; its exit code will say why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(email)
}

function endOf(child: ChildProcessWithoutNullStreams, deadline: AbortSignal): Promise<Run> {
  const [out, err] = [collect(child.stdout), collect(child.stderr)]
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ kind: 'notStarted', code: error.code ?? 'unknown' })
    })
    child.once('exit', (code, signal) => {
      const end = () =>
        resolve({
          kind: 'ended',
          ...(code !== null && { code }),
          ...(signal !== null && { signal }),
          overdue: code === null && deadline.aborted,
          wholeEmail: child.stdin.writableFinished,
          words: `${err()} ${out()}`,
        })
      // Its last words matter when it failed; but what it left running may hold the pipes open.
      if (code === 0 || deadline.aborted) return end()
      child.once('close', end)
      deadline.addEventListener('abort', end, { once: true })
    })
  })
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    if (size < longestOutput) chunks.push(chunk.subarray(0, longestOutput - size))
    size += chunk.length
  })
  return () => Buffer.concat(chunks).toString()
}

function killGroup({ pid }: ChildProcessWithoutNullStreams) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}
