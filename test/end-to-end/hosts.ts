import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Logger } from '@aws-lambda-powertools/logger'
import { createApp } from '../../api/app.ts'
import { startPostern, type RunningPostern } from '../../machine/start.ts'
import { apiHandler } from '../../functions/api/handler.ts'
import { startApiGateway } from '../remote/api-gateway.ts'

/** A Postern that captures, of which a suite knows nothing but this. */
export interface Host {
  /** Without a slash at the end. */
  readonly baseUrl: string
  /** With full access. */
  readonly key: string
  /** The largest body that comes through, in bytes. */
  readonly mostBytes: number
  close(): Promise<void>
}

/** Every way in which the one API is served. */
export const hosts: readonly { readonly name: string; readonly open: () => Promise<Host> }[] = [
  {
    name: 'postern start',
    async open() {
      const { postern, ...rest } = await start()
      return { baseUrl: postern.url, mostBytes: 60_000_000, ...rest }
    },
  },
  {
    name: 'the api function behind an HTTP API',
    async open() {
      const { postern, key, close } = await start()
      const app = createApp(postern.postern, {
        access: 'keys',
        version: '0.0.0',
        hostFacts: async () => ({ kind: 'machine' as const }),
        wholeAnswers: true,
      })
      const gateway = await startApiGateway(apiHandler(() => app, new Logger()))
      return {
        baseUrl: gateway.url,
        key,
        // Of the 6 MB that a function is handed; quotes in the body are escaped once more.
        mostBytes: 4_500_000,
        async close() {
          await gateway.close()
          await close()
        },
      }
    },
  },
]

/** A Postern with its first key, whose worker captures what either host accepts. */
async function start() {
  const directory = mkdtempSync(join(tmpdir(), 'postern-host-'))
  const postern = await startPostern({ directory, port: 0, env: {} })
  const close = async () => {
    await postern.stop()
    rmSync(directory, { recursive: true })
  }
  return { postern, key: await firstKey(postern), close }
}

async function firstKey({ url }: RunningPostern): Promise<string> {
  const body = JSON.stringify({ name: 'suite' })
  const answer = await fetch(`${url}/api-keys`, { method: 'POST', body })
  return ((await answer.json()) as { token: string }).token
}
