import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import type { Access } from './trial.ts'

const root = join(import.meta.dirname, '../..')

/** What makes and asks deployments as a person does, with programs of this checkout. */
export interface Programs {
  /** @throws Error with what it printed */
  cdk(words: readonly string[], access: Access): Promise<void>
  /** What it printed. */
  postern(words: readonly string[], access: Access): Promise<string>
}

/** @param signal ends what runs */
export function programs(signal: AbortSignal): Programs {
  const run = async (script: string, words: readonly string[], access: Access) => {
    const child = spawn(process.execPath, [join(root, script), ...words], {
      cwd: root,
      env: { ...process.env, ...variablesOf(access) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a group of its own it does not hear Ctrl-C: it is ended here, in its turn.
      detached: true,
      signal,
    })
    const exit = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('exit', resolve)
    })
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit])
    if (code === 0) return stdout
    throw new Error(`${script} ${words.slice(0, 2).join(' ')}: ${stderr.trim() || stdout.trim()}`)
  }
  return {
    cdk: async (words, access) => void (await run('node_modules/aws-cdk/bin/cdk', words, access)),
    postern: (words, access) => run('bin/postern.ts', words, access),
  }
}

function variablesOf({ region, endpoint, credentials }: Access): Record<string, string> {
  return {
    AWS_REGION: region,
    ...(endpoint && { AWS_ENDPOINT_URL: endpoint }),
    ...(credentials && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    }),
  }
}
