import * as z from 'zod'
import { json } from './context-json.ts'

/** An ARN of a service: `arn:aws:sns:eu-west-1:111122223333:oncall`. */
function arnOf(service: string, resource: RegExp) {
  return new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource.source}$`)
}

const zone = z.strictObject({ id: z.string().regex(/^Z[A-Z0-9]+$/), name: z.string().min(1) })

/** Such as `subnet-0a1b2c3d`. */
const idOf = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`))

const idsOf = (prefix: string) => z.array(idOf(prefix)).min(1)

/** What is there already and a deployment uses, by its name, each with its rule. */
export const resourceFields = {
  alarmTopic: z
    .string()
    .regex(
      arnOf('sns', /[\w-]+/),
      'must be the ARN of a topic, such as arn:aws:sns:eu-west-1:111122223333:oncall',
    )
    .optional(),
  encryptionKey: z
    .string()
    .regex(
      arnOf('kms', /key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/),
      'must be the ARN of a key, such as arn:aws:kms:eu-west-1:111122223333:key/01234567-…, and not of an alias',
    )
    .optional(),
  domain: json(
    z.strictObject({
      name: z.string(),
      certificateArn: z
        .string()
        .regex(arnOf('acm', /certificate\/[\w-]+/))
        .optional(),
      hostedZone: zone.optional(),
    }),
    'must be a JSON object such as {"name":"mail.example.com","hostedZone":{"id":"Z123","name":"example.com"}} or with "certificateArn"',
  ).optional(),
  hostedZone: json(
    zone,
    'must be a JSON object such as {"id":"Z123","name":"example.com"}',
  ).optional(),
  vpc: json(
    z.strictObject({
      id: idOf('vpc'),
      subnetIds: idsOf('subnet'),
      securityGroupIds: idsOf('sg').optional(),
    }),
    'must be a JSON object such as {"id":"vpc-0a1b2c3d","subnetIds":["subnet-0a1b2c3d"]}, of private subnets with a way out',
  ).optional(),
}
