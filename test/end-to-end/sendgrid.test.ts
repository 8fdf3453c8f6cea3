import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Logger } from '@aws-lambda-powertools/logger'
import { createApp } from '../../api/app.ts'
import { startPostern, type RunningPostern } from '../../cli/start.ts'
import { apiHandler } from '../../functions/api/handler.ts'
import { startApiGateway } from '../remote/api-gateway.ts'
import { testSendGridLibrary } from './sendgrid-suite.ts'

testSendGridLibrary('postern start', async () => {
  const { postern, key, close } = await start()
  return { baseUrl: `${postern.url}/`, key, close }
})

testSendGridLibrary('the api function behind an HTTP API', async () => {
  const { postern, key, close } = await start()
  const app = createApp(postern.postern, {
    access: 'keys',
    version: '0.0.0',
    hostFacts: async () => ({ kind: 'machine' as const }),
  })
  const gateway = await startApiGateway(apiHandler(() => app, new Logger()))
  return {
    baseUrl: gateway.url,
    key,
    async close() {
      await gateway.close()
      await close()
    },
  }
})

/** A Postern with its first key, whose worker captures what either host accepts. */
async function start() {
  const directory = mkdtempSync(join(tmpdir(), 'postern-sendgrid-'))
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
