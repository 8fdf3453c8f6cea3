import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What of a deployment costs something, whether or not it does anything. */
export interface Deployed {
  /** In GB. */
  readonly memory: Readonly<Record<'api' | 'send' | 'notify', number>>
  /** CloudWatch bills each metric that an alarm looks at. */
  readonly alarmMetrics: number
  readonly dashboards: number
  /** Queues that Lambda asks all the time. */
  readonly queues: number
  readonly keys: number
  /** Of a line in the access log of the API, in bytes, with what CloudWatch adds. */
  readonly accessLineBytes: number
}

/** The production that `cdk deploy` would make, with these `-c` values. */
export function deployed(context: Readonly<Record<string, unknown>> = {}): Deployed {
  const folder = mkdtempSync(join(tmpdir(), 'postern-cost-'))
  const given = { ...unstaged, stage: 'production', senderDomains: 'example.com', ...context }
  const env = { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(given) }
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, '../bin/app.ts')], { env })
    const path = join(folder, 'Postern-production.template.json')
    return factsOf(JSON.parse(readFileSync(path, 'utf8')) as Template)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Nothing is uploaded, so nothing is copied. */
const unstaged = { 'aws:cdk:disable-asset-staging': true }

export interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Properties?: Properties }>>
}

interface Properties {
  readonly Description?: string
  readonly MemorySize?: number
  readonly Metrics?: readonly { readonly MetricStat?: object }[]
  readonly AccessLogSettings?: { readonly Format: string }
}

export function factsOf({ Resources }: Template): Deployed {
  const all = (type: string) =>
    Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
      Type === type ? [Properties] : [],
    )
  const [format = ''] = all('AWS::ApiGatewayV2::Stage').map((it) => it.AccessLogSettings!.Format)
  const memoryOf = (words: RegExp) =>
    all('AWS::Lambda::Function').find(({ Description = '' }) => words.test(Description))!
      .MemorySize! / 1_024
  return {
    memory: { api: memoryOf(/^Accepts/), send: memoryOf(/^Sends/), notify: memoryOf(/^Tells/) },
    alarmMetrics: all('AWS::CloudWatch::Alarm')
      .map(({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1)
      .reduce((sum, count) => sum + count, 0),
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    queues: all('AWS::Lambda::EventSourceMapping').length,
    keys: all('AWS::KMS::Key').length,
    accessLineBytes: lineOf(format).length + eventBytes,
  }
}

/** As API Gateway fills it in. */
function lineOf(format: string): string {
  const values: Readonly<Record<string, string>> = {
    requestTime: '30/Nov/2026:15:25:47 +0000',
    requestId: 'AbCdEfGhIjKlMnOp=',
    httpMethod: 'POST',
    status: '200',
    responseLength: '48',
    integrationLatency: '25',
  }
  return format.replace(/\$context\.(\w+)/g, (_, name: string) => values[name] ?? '-')
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html: each event. */
const eventBytes = 26
