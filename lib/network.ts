import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2'
import type { Function, FunctionOptions } from 'aws-cdk-lib/aws-lambda'
import { allow } from './permissions.ts'

/** Where the send function runs, for relays inside a VPC and for a fixed address to the outside. */
export interface NetworkProps {
  /** @default - in no VPC: it reaches the internet from changing addresses of AWS */
  readonly vpc?: IVpc
  /** @default - the private subnets with a way out */
  readonly vpcSubnets?: SubnetSelection
  /** @default - one of its own that lets everything out and nothing in */
  readonly securityGroups?: readonly ISecurityGroup[]
}

/** @returns what is wrong with a network, with the rule */
export function faultsOfNetwork({ vpc, vpcSubnets, securityGroups }: NetworkProps): string[] {
  if (!vpc) return vpcSubnets || securityGroups ? ['vpcSubnets and securityGroups need a vpc'] : []
  const name = `vpc ${vpc.node.path}`
  const isOut = (id: string) => vpc.privateSubnets.some(({ subnetId }) => subnetId === id)
  if (!vpcSubnets && vpc.privateSubnets.length === 0)
    return [`${name} has no private subnet with a way out, so the send function would reach no one`]
  const chosen = vpc.selectSubnets(vpcSubnets).subnetIds
  if (chosen.length > 0 && chosen.every(isOut)) return []
  return [
    `vpcSubnets: a function reaches AWS and mail servers from private subnets with a way out alone, not from public or isolated ones`,
  ]
}

export function networkOf({ vpc, vpcSubnets, securityGroups }: NetworkProps = {}): FunctionOptions {
  if (!vpc) return {}
  return { vpc, vpcSubnets, ...(securityGroups && { securityGroups: [...securityGroups] }) }
}

/** What Lambda needs to put a function into a VPC (Lambda guide, "Configuring VPC access"). */
export function allowNetwork(fn: Function) {
  allow(
    fn,
    {
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    },
    'Lambda makes and names the network interfaces itself.',
  )
}
