import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A Lambda function in a process of its own, with nothing but its own variables. */
export interface LambdaProcess {
  /** @throws Error in the words of what the function threw */
  invoke<Result>(event: unknown): Promise<Result>
  /** What it printed: its log. */
  readonly log: () => string
  readonly pid: number
  stop(): Promise<void>
}

interface LambdaProcessOptions {
  /** Folder of the bundle, with `index.mjs` in it. */
  readonly bundle: string
  readonly name: string
  readonly env: Readonly<Record<string, string>>
}

interface Reply {
  readonly call: number
  readonly result?: unknown
  readonly error?: string
}

export function startLambda({ bundle, name, env }: LambdaProcessOptions): LambdaProcess {
  const child = fork(
    join(import.meta.dirname, 'lambda-child.ts'),
    [join(bundle, 'index.mjs'), name],
    { env: { ...env, AWS_LAMBDA_FUNCTION_NAME: name }, silent: true },
  )
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let last = 0
  let log = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => void (log += chunk.toString()))
  child.on('message', ({ call, result, error }: Reply) => {
    const one = waiting.get(call)
    waiting.delete(call)
    if (error === undefined) one?.resolve(result)
    else one?.reject(new Error(error))
  })
  child.on('exit', (code) => {
    for (const { reject } of waiting.values())
      reject(new Error(`the function exited: ${code}\n${log}`))
    waiting.clear()
  })
  return {
    invoke<Result>(event: unknown) {
      const one = Promise.withResolvers<unknown>()
      waiting.set((last += 1), one)
      child.send({ call: last, event })
      return one.promise as Promise<Result>
    },
    log: () => log,
    pid: child.pid!,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}
