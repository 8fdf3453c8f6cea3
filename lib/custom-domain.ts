import { Stack, Token } from 'aws-cdk-lib'
import { ApiMapping, DomainName, type HttpApi, type IStage } from 'aws-cdk-lib/aws-apigatewayv2'
import {
  Certificate,
  CertificateValidation,
  type ICertificate,
} from 'aws-cdk-lib/aws-certificatemanager'
import { AaaaRecord, ARecord, RecordTarget, type IHostedZone } from 'aws-cdk-lib/aws-route53'
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'
import { isSenderDomain } from './sender-domains.ts'

export interface DomainProps {
  /** Such as `mail.example.com`: applications find the API at `https://mail.example.com`. */
  readonly name: string
  /**
   * For the name, in the Region of the stack.
   *
   * @default - one is made, if there is a hosted zone that can prove the name
   */
  readonly certificate?: ICertificate
  /**
   * Where the name gets its alias records.
   *
   * @default - none: point the name at the domain's regional name yourself
   */
  readonly hostedZone?: IHostedZone
}

/** The API under a name of your own. */
export class CustomDomain extends Construct {
  readonly domainName: DomainName

  constructor(
    scope: Construct,
    id: string,
    props: DomainProps & { readonly api: HttpApi; readonly stage: IStage },
  ) {
    super(scope, id)
    const { name, hostedZone, api, stage } = props
    this.domainName = new DomainName(this, 'Name', {
      domainName: name,
      certificate: props.certificate ?? certificateFor(this, props),
    })
    new ApiMapping(this, 'Mapping', { api, stage, domainName: this.domainName })
    if (hostedZone) this.addAliases(hostedZone, name)
  }

  private addAliases(zone: IHostedZone, recordName: string) {
    const { regionalDomainName, regionalHostedZoneId } = this.domainName
    const target = RecordTarget.fromAlias(
      new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
    )
    // With the dot at its end the name is whole also where that of the zone is not known yet.
    const record = { zone, recordName: `${recordName}.`, target }
    new ARecord(this, 'A', record)
    new AaaaRecord(this, 'Aaaa', record)
  }
}

function certificateFor(scope: Construct, { name, hostedZone }: DomainProps): ICertificate {
  const validation = CertificateValidation.fromDns(hostedZone)
  return new Certificate(scope, 'Certificate', { domainName: name, validation })
}

/** @returns what is wrong with a domain, with the value and the rule */
export function faultsOfDomain(
  scope: Construct,
  { name, certificate, hostedZone }: DomainProps,
): string[] {
  const it = JSON.stringify(name)
  const zone = hostedZone?.zoneName
  const isOutside =
    zone !== undefined && !Token.isUnresolved(zone) && !`.${name}`.endsWith(`.${zone}`)
  return [
    ...(isSenderDomain(name) && name === name.toLowerCase()
      ? []
      : [`domain.name must be a domain in lower case (it is ${it})`]),
    ...(certificate || hostedZone
      ? []
      : [`domain ${it} needs a certificate, or a hosted zone that one can be proved in`]),
    ...(isOutside ? [`domain.name ${it} is not in the hosted zone ${zone}`] : []),
    ...faultsOfCertificate(scope, certificate),
  ]
}

function faultsOfCertificate(scope: Construct, certificate: ICertificate | undefined): string[] {
  const region = certificate?.certificateArn.split(':')[3]
  const here = Stack.of(scope).region
  if (!region || Token.isUnresolved(certificate.certificateArn) || Token.isUnresolved(here))
    return []
  return region === here
    ? []
    : [`domain.certificate is in ${region}: an HTTP API needs it in ${here}`]
}
