import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { mostAnswerBytes, type ApiHandler, type ApiResult } from '../../functions/api/handler.ts'

export interface ApiGateway {
  readonly url: string
  close(): Promise<void>
}

/** Most bytes of an event, as JSON: 6 MB; an HTTP API says no to the caller by itself. */
const mostEventBytes = 6_291_456

/**
 * An Amazon API Gateway HTTP API with one `$default` route to a Lambda function: turns requests
 * into events (payload 2.0) and results into answers, so that official SDKs can be used against the
 * api function. Like the real one it lower-cases names, joins what is repeated, keeps cookies apart
 * and hands bytes over as base64
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export async function startApiGateway(handler: ApiHandler): Promise<ApiGateway> {
  const server = createServer((incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch(() => say(outgoing, 500, 'Internal Server Error'))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function answer(handler: ApiHandler, incoming: IncomingMessage, outgoing: ServerResponse) {
  const event = eventOf(incoming, Buffer.concat(await incoming.toArray()))
  if (Buffer.byteLength(JSON.stringify(event)) > mostEventBytes)
    return say(outgoing, 413, 'Request Entity Too Large')
  // As Lambda does it: nothing but JSON goes in and comes out.
  const result = asJson(await handler(asJson(event), lambdaContext('api')))
  if (Buffer.byteLength(JSON.stringify(result)) > mostAnswerBytes)
    return say(outgoing, 500, 'Internal Server Error')
  write(outgoing, result)
}

function eventOf(
  { method = 'GET', url = '/', headers, httpVersion }: IncomingMessage,
  body: Buffer,
): APIGatewayProxyEventV2 {
  const [rawPath = '/', rawQueryString = ''] = url.split(/\?(.*)/s)
  const { cookie, ...rest } = headers
  const joined = Object.entries(rest).map(([name, value]) => [name, [value].flat().join(',')])
  const domainName = headers.host ?? 'localhost'
  const text = body.toString()
  const isText = Buffer.from(text).equals(body) && isTextType(headers['content-type'])
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie && { cookies: cookie.split('; ') }),
    headers: Object.fromEntries(joined) as Record<string, string>,
    requestContext: {
      accountId: '123456789012',
      apiId: 'local',
      domainName,
      domainPrefix: 'local',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: '26/Nov/2026:00:00:00 +0000',
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: isText ? text : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

/** What a Lambda function is told of its invocation. */
export function lambdaContext(functionName: string, remainingMs = 60_000): Context {
  const end = Date.now() + remainingMs
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: functionName,
    logStreamName: functionName,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  }
}

function isTextType(type = ''): boolean {
  return /^text\/|^application\/(json|javascript|xml)\b|\+(json|xml)\b/i.test(type)
}

function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function write(outgoing: ServerResponse, result: ApiResult) {
  const { statusCode = 200, headers = {}, cookies, body = '', isBase64Encoded } = result
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, String(value))
  if (cookies) outgoing.setHeader('set-cookie', cookies)
  outgoing.statusCode = statusCode
  outgoing.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))
}

/** In the words of API Gateway itself. */
function say(outgoing: ServerResponse, status: number, message: string) {
  outgoing.statusCode = status
  outgoing.setHeader('content-type', 'application/json')
  outgoing.end(JSON.stringify({ message }))
}
