import { Stack } from 'aws-cdk-lib'
import { Key } from 'aws-cdk-lib/aws-kms'
import { StringParameter } from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import { allow, type Grantee } from './permissions.ts'
import { removalOf, type RemovalProps } from './removal.ts'

export interface SettingsParametersProps extends RemovalProps {
  readonly stage: string
}

/**
 * The names of the parameters with settings and secrets, and the key of the secrets.
 * CloudFormation owns neither: it would put settings back that a person has changed, and cannot
 * make a SecureString.
 */
export class SettingsParameters extends Construct {
  readonly settingsParameter: string
  readonly secretsPath: string
  readonly key: Key

  constructor(scope: Construct, id: string, props: SettingsParametersProps) {
    super(scope, id)
    const { stage } = props
    this.settingsParameter = `/postern/${stage}/settings`
    this.secretsPath = `/postern/${stage}/secrets`
    this.key = new Key(this, 'Key', {
      description: `Postern (${stage}): the secrets of its engines`,
      enableKeyRotation: true,
      removalPolicy: removalOf(props),
    })
    this.own(stage)
  }

  /**
   * Settings and secrets belong to a stage, not to a stack: two services with the same one would
   * share them unseen. CloudFormation creates no parameter that is there, so this one refuses the
   * second, and its value says whose the stage is.
   */
  private own(stage: string) {
    new StringParameter(this, 'Owner', {
      parameterName: `/postern/${stage}/owner`,
      stringValue: `${Stack.of(this).stackId} ${this.node.path}`,
      description: `The service that the stage ${stage} belongs to`,
    })
  }

  /** Permission: `ssm:GetParameter(s)` on the settings. */
  grantRead(fn: Grantee) {
    allow(fn, { actions: reading, resources: [this.arnOf(this.settingsParameter)] })
  }

  /** Permission: `ssm:PutParameter` on settings and secrets, and to encrypt through SSM. */
  grantWrite(fn: Grantee) {
    const resources = [this.settingsParameter, this.secrets].map((name) => this.arnOf(name))
    allow(fn, { actions: ['ssm:PutParameter'], resources }, eachVersion)
    // Parameters above 4 KB are encrypted under a key of their own.
    this.allowKey(fn, ['kms:Encrypt', 'kms:GenerateDataKey'])
  }

  /** Permission: `ssm:GetParameter(s)` on the secrets, and to decrypt through SSM. */
  grantReadSecrets(fn: Grantee) {
    allow(fn, { actions: reading, resources: [this.arnOf(this.secrets)] }, eachVersion)
    this.allowKey(fn, ['kms:Decrypt'])
  }

  private get secrets(): string {
    return `${this.secretsPath}/*`
  }

  private arnOf(name: string): string {
    const resourceName = name.slice(1)
    return Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName })
  }

  private allowKey(fn: Grantee, actions: string[]) {
    const viaSsm = `ssm.${Stack.of(this).region}.amazonaws.com`
    allow(fn, {
      actions,
      resources: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaSsm } },
    })
  }
}

const reading = ['ssm:GetParameter', 'ssm:GetParameters']

const eachVersion = 'Every version of every secret is a parameter of its own below this path.'
