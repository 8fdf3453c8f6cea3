import { Names, Stack } from 'aws-cdk-lib'
import { CfnTenant, type ConfigurationSet } from 'aws-cdk-lib/aws-ses'
import { Construct, type IDependable } from 'constructs'
import { newConfigurationSet } from './ses-sending.ts'
import type { SettingsLayers } from './settings-layers.ts'

export interface ProjectTenantsProps {
  /** The projects, by name. */
  readonly createTenants: readonly string[]
  readonly senderDomains: readonly string[]
  /** They name these projects. */
  readonly layers: SettingsLayers
  /** What makes the identities of the sender domains, if something here does. */
  readonly identities?: IDependable
}

interface Made {
  readonly project: string
  readonly configurationSet: ConfigurationSet
  readonly tenant: string
}

/** SES takes no longer name of a tenant. */
const longestName = 64

/**
 * For each of these projects a configuration set and a tenant of Amazon SES, which SES watches, and can
 * stop, apart from the others.
 */
export class ProjectTenants extends Construct {
  readonly configurationSets: readonly ConfigurationSet[]
  private readonly made: readonly Made[]

  constructor(scope: Construct, id: string, props: ProjectTenantsProps) {
    super(scope, id)
    this.made = props.createTenants.map((project) => make(new Construct(this, project), props))
    this.configurationSets = this.made.map(({ configurationSet }) => configurationSet)
  }

  /** The layers in which each of the projects has its own by default. */
  adjust({ defaults, locks }: SettingsLayers): SettingsLayers {
    const projects = new Map(Object.entries(projectsIn({ defaults })))
    for (const { project, configurationSet, tenant } of this.made) {
      const ses = { configurationSet: configurationSet.configurationSetName, tenant }
      projects.set(project, { ...projects.get(project), ses })
    }
    return { defaults: { ...defaults, projects: Object.fromEntries(projects) }, locks }
  }
}

interface Project {
  readonly ses?: object
  readonly senderDomains?: readonly string[]
}

/** As they are checked where the layers are made. */
function projectsIn({ defaults }: Pick<SettingsLayers, 'defaults'>) {
  return (defaults['projects'] ?? {}) as Readonly<Record<string, Project>>
}

/** A tenant may send with what it is associated with alone: its own set, and its domains. */
function make(scope: Construct, { layers, senderDomains, identities }: ProjectTenantsProps): Made {
  const project = scope.node.id
  const configurationSet = newConfigurationSet(scope, 'ConfigurationSet')
  const tenantName = Names.uniqueResourceName(scope, {
    maxLength: longestName,
    separator: '-',
    allowedSpecialCharacters: '-_',
  })
  const domains = projectsIn(layers)[project]?.senderDomains ?? senderDomains
  const arnOf = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ses', resource, resourceName })
  const arns = [
    arnOf('configuration-set', configurationSet.configurationSetName),
    ...domains.map((domain) => arnOf('identity', domain)),
  ]
  const tenant = new CfnTenant(scope, 'Tenant', {
    tenantName,
    resourceAssociations: arns.map((resourceArn) => ({ resourceArn })),
  })
  if (identities) tenant.node.addDependency(identities)
  return { project, configurationSet, tenant: tenantName }
}
