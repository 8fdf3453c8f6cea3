import { statSync } from 'node:fs'
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { faultsOfDomain } from './custom-domain.ts'
import type { ForFunctions, MailServiceProps } from './mail-service-props.ts'
import { faultsOfNetwork } from './network.ts'
import { removalOf } from './removal.ts'
import { faultsOfSending } from './sending-faults.ts'

/**
 * What contradicts itself, or AWS would refuse once it is deployed.
 *
 * @throws Error that names every fault, with its value and the rule
 */
export function checkProps(service: Construct, props: MailServiceProps): void {
  const faults = [
    ...faultsOfSizes(props),
    ...faultsOfWatching(props),
    ...faultsOfSending(props),
    ...faultsOfNetwork(props),
    ...elsewhere(service, 'alarmTopic', props.alarmTopic?.topicArn),
    ...elsewhere(service, 'encryptionKey', props.encryptionKey?.keyArn),
    ...faultsOfTags(props),
    ...faultsOfTemplates(props),
    ...(props.domain ? faultsOfDomain(service, props.domain) : []),
    ...(props.disableExecuteApiEndpoint && !props.domain
      ? ['disableExecuteApiEndpoint needs a domain: without one the API has no other name']
      : []),
  ]
  if (faults.length > 0) throw new Error(faults.join('; '))
}

function faultsOfTemplates({ templates }: MailServiceProps): string[] {
  if (templates === undefined) return []
  const found = statSync(templates, { throwIfNoEntry: false })
  return found?.isDirectory()
    ? []
    : [`templates must be a folder (it is ${JSON.stringify(templates)})`]
}

function faultsOfSizes(props: MailServiceProps): string[] {
  const { senders, keepDays, memory, reservedConcurrency, throttle, queueRetention } = props
  return [
    ...outside('senders', senders, 2, 1_000),
    ...outside('keepDays', keepDays, 1, 3_650),
    ...outsideEach('memory', memory, 256, 10_240),
    ...outsideEach('reservedConcurrency', reservedConcurrency, 1, 1_000_000),
    ...outside('throttle.requestsPerSecond', throttle?.requestsPerSecond, 1, 1_000_000),
    ...outside('throttle.burst', throttle?.burst, 1, 1_000_000),
    ...outside('queueRetention, in days,', queueRetention?.toDays({ integral: false }), 4, 13),
    ...tooFewReserved(props),
    ...(props.autoDeleteObjects && !isDestroyed(props)
      ? ['autoDeleteObjects needs removalPolicy DESTROY: the bucket of production is kept']
      : []),
  ]
}

function isDestroyed({ removalPolicy, senderDomains = [] }: MailServiceProps): boolean {
  return removalOf({ removalPolicy, isKept: senderDomains.length > 0 }) === RemovalPolicy.DESTROY
}

/** What SQS hands out beyond it is throttled, and counts as received. */
function tooFewReserved({ senders = 5, reservedConcurrency }: MailServiceProps): string[] {
  const { send = Infinity } = reservedConcurrency ?? {}
  if (send > senders) return []
  return [`reservedConcurrency.send must be more than senders, ${senders} (it is ${send})`]
}

/** As far as SNS looks, which mails a link there. */
const isAddress = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/

function faultsOfWatching({ alarms, alarmEmail, alarmTopic }: MailServiceProps): string[] {
  const wrong = Object.entries(alarms || {}).filter(
    ([, above]) => above !== false && !(Number.isFinite(above) && above >= 0),
  )
  return [
    ...(alarmEmail === undefined || Token.isUnresolved(alarmEmail) || isAddress.test(alarmEmail)
      ? []
      : [`alarmEmail must be an email address (it is ${JSON.stringify(alarmEmail)})`]),
    ...(alarms === false && (alarmEmail ?? alarmTopic)
      ? ['alarms is false, so alarmEmail and alarmTopic would be told of nothing']
      : []),
    ...wrong.map(([name, it]) => `alarms.${name} must be false or a number from 0 (it is ${it})`),
  ]
}

/** An alarm tells a topic of its own Region alone, and nothing uses a key of another. */
function elsewhere(service: Construct, name: string, arn: string | undefined): string[] {
  const here = Stack.of(service).region
  const region = arn === undefined || Token.isUnresolved(arn) ? undefined : arn.split(':')[3]
  if (!region || Token.isUnresolved(here) || region === here) return []
  return [`${name} is in ${region}: it must be in ${here}`]
}

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
function faultsOfTags({ tags = {} }: MailServiceProps): string[] {
  return Object.entries(tags)
    .filter(([name, value]) => !/^(?!aws:).{1,128}$/i.test(name) || value.length > 256)
    .map(
      ([name]) =>
        `tags: ${JSON.stringify(name)} must be 1 to 128 characters that do not begin with aws:, and its value at most 256`,
    )
}

function outsideEach(name: string, given: ForFunctions = {}, least: number, most: number) {
  return [
    ...outside(`${name}.api`, given.api, least, most),
    ...outside(`${name}.send`, given.send, least, most),
    ...outside(`${name}.feedback`, given.feedback, least, most),
    ...outside(`${name}.notify`, given.notify, least, most),
  ]
}

function outside(name: string, value: number | undefined, least: number, most: number): string[] {
  if (value === undefined || Token.isUnresolved(value)) return []
  if (Number.isInteger(value) && value >= least && value <= most) return []
  return [`${name} must be a whole number from ${least} to ${most} (it is ${value})`]
}
