import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import type { Check } from '../check.ts'
import { resourceOf } from '../stacks.ts'
import { until } from '../until.ts'

export const alarmIsTold: Check = {
  name: 'CloudWatch may publish an alarm on the topic',
  expected: 'the history of the alarm says that its action was executed',
  needs: ['aws'],
  async run({ production, access, record }) {
    const client = new CloudWatchClient(access)
    const AlarmName = await resourceOf(production.stack, 'AWS::CloudWatch::Alarm', access)
    const state = { AlarmName, StateValue: 'ALARM' as const, StateReason: 'verification' }
    await client.send(new SetAlarmStateCommand(state))
    const asked = { AlarmName, HistoryItemType: 'Action' as const }
    const look = async () => {
      const { AlarmHistoryItems = [] } = await client.send(new DescribeAlarmHistoryCommand(asked))
      return AlarmHistoryItems[0]
    }
    const told = await until(look, { longest: 60_000, every: 2_000 })
    record('cloudwatch-alarm-action', told)
    const seen = told?.HistorySummary ?? 'no action within a minute'
    return { isOk: /^Successfully executed/.test(seen), seen }
  },
}
