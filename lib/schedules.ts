import { CfnDeletionPolicy, Names, Stack, type CfnResource } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import { incarnationOf } from './incarnation.ts'
import type { Outbox } from './outbox.ts'
import { allow, keyActions, type Grantee } from './permissions.ts'
import { removalOf, type RemovalProps } from './removal.ts'

export interface SchedulesProps extends RemovalProps {
  readonly stage: string
  readonly outbox: Outbox
  readonly encryptionKey?: IKey
}

/** Emails that are due later than a queue can hold back: one schedule each, in a group of their own. */
export class Schedules extends Construct {
  readonly group: ScheduleGroup
  /** What a schedule acts as: it may put on the two queues, nothing else. */
  readonly role: Role

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id)
    const { stage, outbox, encryptionKey } = props
    this.group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: `postern-${stage}-${incarnationOf(this)}`,
      removalPolicy: removalOf(props),
    })
    // Schedules of a group that is replaced still fire, at the same queue.
    const group = this.group.node.defaultChild as CfnResource
    group.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN
    this.role = new Role(this, 'Role', {
      description: 'Lets schedules of emails put on the queue',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': this.groupsOf(stage) },
        },
      }),
    })
    outbox.grantPut(this.role)
    outbox.grantBury(this.role)
    if (encryptionKey) allow(this.role, { actions: keyActions, resources: [encryptionKey.keyArn] })
  }

  /**
   * This group, those of earlier incarnations, and the one that CDK named for the version before:
   * their schedules still fire, and must get in. It has to be groups, never schedules (EventBridge
   * Scheduler guide, "Confused deputy prevention").
   */
  private groupsOf(stage: string): string[] {
    const named = Names.uniqueResourceName(this.group, { maxLength: 64, separator: '-' })
    return [`postern-${stage}-*`, named].map((resourceName) =>
      Stack.of(this).formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName }),
    )
  }

  /** Permission: create, change and delete schedules of the group, and hand them their role. */
  grantManage(fn: Grantee) {
    const schedules = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.group.scheduleGroupName}/*`,
    })
    allow(
      fn,
      {
        actions: [
          'scheduler:CreateSchedule',
          'scheduler:UpdateSchedule',
          'scheduler:DeleteSchedule',
        ],
        resources: [schedules],
      },
      'Every email that is due later has a schedule of its own in this group.',
    )
    allow(fn, {
      actions: ['iam:PassRole'],
      resources: [this.role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    })
  }
}
