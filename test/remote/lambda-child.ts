import { createRequire } from 'node:module'
import type { Context } from 'aws-lambda'
import { lambdaContext } from './api-gateway.ts'

/** The process of a Lambda function: loads the bundle, then handles one event after another. */
type Handler = (event: unknown, context: Context) => Promise<unknown>

const [bundle = '', name = ''] = process.argv.slice(2)
const load = createRequire(import.meta.url)
const loaded = load(bundle) as { handler: Handler }

process.on('message', (message: { call: number; event: unknown }) => {
  void answer(message.call, message.event)
})

async function answer(call: number, event: unknown) {
  try {
    const result = await loaded.handler(event, lambdaContext(name))
    process.send!({ call, result: result ?? null })
  } catch (error) {
    process.send!({ call, error: (error as Error).message })
  }
}
