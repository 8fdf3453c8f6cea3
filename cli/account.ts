import type { SettingsView } from '../api/openapi/answers.ts'
import { accountFacts, type Asked } from '../backends/aws/account.ts'
import { examineAccount } from '../mail/doctor/account.ts'
import { domainOf } from '../mail/email/address.ts'
import type { Finding } from '../mail/doctor/finding.ts'
import type { Settings } from '../mail/settings/settings.ts'
import type { Client } from './client.ts'
import { placeOf } from './stack.ts'

/** What is wrong with the AWS account of a stack, and which questions AWS refused. */
export async function accountFindings(
  stack: string,
  client: Client,
): Promise<{ findings: Finding[]; unknown: readonly string[] }> {
  const [{ senders }, { settings }] = await Promise.all([
    placeOf(stack),
    client.call<SettingsView>('GET', '/v1/settings'),
  ])
  const facts = await accountFacts({ stack, senders, ses: askedOfSes(settings as Settings) })
  return { findings: examineAccount(facts), unknown: facts.unknown }
}

function askedOfSes({ engine, ses, senderDomains, from }: Settings): Asked['ses'] {
  if (![engine].flat().includes('ses')) return undefined
  const { region, configurationSet } = ses
  const sender = from.address
  const domains = senderDomains ?? (sender === null ? [] : [domainOf(sender)])
  return { region, configurationSet, sender, domains }
}
