import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'

/** What an alarm watches, and when it goes off. */
export interface Watch {
  readonly text: string
  readonly metric: IMetric
  readonly above: number
  /** How many of the metric's periods count; all must breach unless `datapoints` says how many. */
  readonly periods?: number
  readonly datapoints?: number
  /**
   * What periods without data mean: `fine` where nothing happened, `same` where nothing is known,
   * so that an alarm does not end because no mail leaves.
   *
   * @default 'fine'
   */
  readonly silence?: 'fine' | 'same'
}

export type Watches<Name extends string = string> = Readonly<Record<Name, Watch>>
