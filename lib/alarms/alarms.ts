import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { WatchedParts } from '../watched-parts.ts'
import { functionWatches } from './function-watches.ts'
import { mailWatches } from './mail-watches.ts'
import { queueWatches } from './queue-watches.ts'
import { reputationWatches } from './reputation-watches.ts'
import { checkNames, thresholdOf, type Thresholds } from './thresholds.ts'
import { topicOf, type AlarmTopicProps } from './topic.ts'
import type { Watch } from './watch.ts'

export interface AlarmsProps extends WatchedParts, AlarmTopicProps {
  readonly runbookUrl: string
  readonly thresholds?: Thresholds
  /** Whether it sends with Amazon SES, which watches bounces and complaints. */
  readonly isSending: boolean
}

/** What a person must look at. Each alarm has the entry of its name in the runbook. */
export class Alarms extends Construct {
  /** By the names of the runbook's entries; those that are off are missing. */
  readonly all: Readonly<Record<string, Alarm>>
  /** Where all of them are told; undefined: nowhere. */
  readonly topic?: ITopic

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    this.topic = topicOf(this, props)
    const watches = watchesOf(props)
    checkNames(props.thresholds, Object.keys(watches))
    const made = Object.entries(watches).flatMap(([name, watch]) => {
      const above = thresholdOf(props.thresholds, name, watch.above)
      return above === false ? [] : [[name, this.make(name, { ...watch, above }, props)] as const]
    })
    this.all = Object.fromEntries(made)
  }

  private make(name: string, watch: Watch, { runbookUrl }: AlarmsProps): Alarm {
    const { text, metric, above, periods = 1, datapoints = periods, silence = 'fine' } = watch
    const alarm = new Alarm(this, name, {
      alarmDescription: `${text} What to do: ${runbookUrl}#${anchorOf(name)}`,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: datapoints,
      treatMissingData: silences[silence],
    })
    if (!this.topic) return alarm
    alarm.addAlarmAction(new SnsAction(this.topic))
    alarm.addOkAction(new SnsAction(this.topic))
    return alarm
  }
}

/** Of a heading in Markdown: `EngineBlocked` becomes `engine-blocked`. */
export function anchorOf(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}

const silences = { fine: TreatMissingData.NOT_BREACHING, same: TreatMissingData.IGNORE } as const

function watchesOf(props: AlarmsProps): Readonly<Record<string, Watch>> {
  return {
    ...queueWatches(props),
    ...mailWatches(props),
    ...functionWatches(props),
    ...(props.isSending && reputationWatches()),
  }
}
