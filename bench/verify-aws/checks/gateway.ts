import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda'
import { Resend } from 'resend'
import { ask, type Answer } from '../api.ts'
import type { Check } from '../check.ts'
import type { Deployed } from '../trial.ts'
import { until } from '../until.ts'

/** What the official SDK makes of an answer that is API Gateway's own. */
async function bySdk({ url, key }: Deployed, text: string) {
  const resend = new Resend(key, { baseUrl: url! })
  const to = 'verify@example.com'
  const { error } = await resend.emails.send({ from: to, to, subject: 'Verification', text })
  return error
}

/** More than an HTTP API takes, in bytes. */
const large = 11_000_000

export const tooLarge: Check = {
  name: 'API Gateway answers 413 to a request above 10 MB, in its own words',
  expected: '413 {"message":…}; the resend SDK says that it failed',
  needs: ['aws', 'api'],
  async run({ staging, record }) {
    const text = 'x'.repeat(large)
    const answer = await ask(staging, 'POST', '/emails', { text })
    const sdk = await bySdk(staging, text)
    record('api-gateway-413', { answer, sdk })
    return {
      isOk: answer.status === 413 && isItsOwn(answer) && sdk !== null,
      seen: wordsOf(answer),
    }
  },
}

/** So many at once are more than staging's throttle lets through. */
const crowd = 300

export const tooMany: Check = {
  name: 'API Gateway answers 429 beyond the throttle, in its own words',
  expected: '429 {"message":…} to some of 300 requests at once',
  needs: ['aws', 'api'],
  async run({ staging, record }) {
    const all = await Promise.all(
      Array.from({ length: crowd }, () => ask(staging, 'GET', '/v1/health')),
    )
    const refused = all.filter(({ status }) => status === 429)
    record('api-gateway-429', refused[0])
    const seen = `429 to ${refused.length}: ${refused[0] ? wordsOf(refused[0]) : '-'}`
    return { isOk: refused.length > 0 && refused.every(isItsOwn), seen }
  },
}

export const notRunning: Check = {
  name: 'API Gateway answers 5xx when Lambda may not run the function',
  expected: '500 or 503 {"message":…}; the resend SDK says that it failed',
  needs: ['aws', 'api'],
  async run({ staging, access, record }) {
    const lambda = new LambdaClient(access)
    const FunctionName = staging.outputs['ApiFunction']
    const none = { FunctionName, ReservedConcurrentExecutions: 0 }
    await lambda.send(new PutFunctionConcurrencyCommand(none))
    try {
      const look = async () => {
        const answer = await ask(staging, 'GET', '/v1/health')
        return answer.status >= 500 ? answer : undefined
      }
      const answer = await until(look, { longest: 60_000, every: 2_000 })
      record('api-gateway-5xx', { answer, sdk: await bySdk(staging, 'x') })
      return {
        isOk: answer !== undefined && isItsOwn(answer),
        seen: answer ? wordsOf(answer) : '-',
      }
    } finally {
      await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
    }
  },
}

/** Not in the caller's dialect: Postern's own have a name as well. */
function isItsOwn({ body }: Answer): boolean {
  return Object.keys(body).join() === 'message'
}

function wordsOf({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body)}`
}
