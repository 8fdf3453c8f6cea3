import type { SettingsView } from '../api/openapi/answers.ts'
import { accountFacts } from '../backends/aws/account.ts'
import { examineAccount } from '../mail/doctor/account.ts'
import type { Finding } from '../mail/doctor/finding.ts'
import type { Settings } from '../mail/settings/settings.ts'
import type { Client } from './client.ts'
import { placeOf } from './stack.ts'

/** What is wrong with the AWS account that a stack stands in. */
export async function accountFindings(stack: string, client: Client): Promise<Finding[]> {
  const [{ senders }, { settings }] = await Promise.all([
    placeOf(stack),
    client.call<SettingsView>('GET', '/v1/settings'),
  ])
  const { engine, ses } = settings as Settings
  const usesSes = [engine].flat().includes('ses')
  const facts = await accountFacts({ stack, senders, usesSes, sesRegion: ses.region })
  return examineAccount(facts)
}
