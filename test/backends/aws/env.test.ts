import { describe, expect, it } from 'vitest'
import { readPlace, toVariables, type Place } from '../../../backends/aws/env.ts'

const place: Place = {
  stage: 'staging',
  tableName: 'Postern-Table',
  queueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/postern',
  queueArn: 'arn:aws:sqs:eu-west-1:123456789012:postern',
  deadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/postern-dead',
  deadLetterQueueArn: 'arn:aws:sqs:eu-west-1:123456789012:postern-dead',
  feedbackQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/postern-feedback',
  feedbackDeadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/undealt',
  notifyQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/notify',
  privateWebhooks: 'off',
  bucketName: 'postern-bucket',
  settingsParameter: '/postern/staging/settings',
  secretsPath: '/postern/staging/secrets',
  secretsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/1',
  scheduleGroup: 'postern-staging',
  scheduleRoleArn: 'arn:aws:iam::123456789012:role/schedule',
  sendFunctionName: 'postern-send',
  metricsNamespace: 'Postern/staging',
  defaults: { from: { address: 'no-reply@example.com' } },
  locks: { engine: 'noop' },
  senders: 2,
  keepDays: 30,
}

describe('the environment of the functions', () => {
  it('tells a function the place that was deployed, value for value', () => {
    expect(readPlace(toVariables(place))).toEqual(place)
  })

  it('lets values through that are only known when it is deployed', () => {
    const token = '${Token[TOKEN.42]}'
    expect(toVariables({ ...place, tableName: token })['POSTERN_TABLE']).toBe(token)
  })

  it.each(Object.keys(toVariables(place)))('names %s when it is missing or empty', (name) => {
    const rest = { ...toVariables(place), [name]: '' }
    expect(() => readPlace(rest)).toThrow(`wrong environment: ${name} is missing`)
    expect(() => readPlace({ ...rest, [name]: undefined })).toThrow(`${name} is missing`)
  })

  it.each([
    ['POSTERN_SETTINGS_LOCKS', '["engine"]', 'a JSON object'],
    ['POSTERN_SETTINGS_DEFAULTS', '{', 'a JSON object'],
    ['POSTERN_SENDERS', '0', 'a whole number from 1'],
    ['POSTERN_QUEUE_URL', 'postern', 'a URL'],
    ['POSTERN_SECRETS_PATH', 'postern/secrets/', 'a path'],
  ])('names the rule that %s breaks', (name, value, rule) => {
    const wrong = { ...toVariables(place), [name]: value }
    expect(() => readPlace(wrong)).toThrow(`${name} must be ${rule}`)
  })

  it('names all that is wrong at once', () => {
    expect(() => readPlace({})).toThrow(/POSTERN_STAGE is missing; .*POSTERN_KEEP_DAYS is missing/)
  })
})
