import { resolveSettings } from '../mail/settings/settings.ts'
import type { SesProps } from './ses-props.ts'
import { asSenderDomains, isSenderDomain } from './sender-domains.ts'

/** Settings as JSON, by the names of `docs/settings.md`. */
export type SettingsLayer = Readonly<Record<string, unknown>>

export interface SettingsLayers {
  readonly defaults: SettingsLayer
  readonly locks: SettingsLayer
}

export interface SettingsLayersProps {
  readonly senderDomains: readonly string[]
  readonly defaults?: SettingsLayer
  readonly locks?: SettingsLayer
  /** What of Amazon SES was chosen, for the defaults. */
  readonly ses?: SesProps
  /** The projects for which something of SES is made. */
  readonly createTenants?: readonly string[]
  /** Where the send function runs, if in one. */
  readonly vpc?: unknown
}

/**
 * The deploy-time layers of the settings, checked as the functions will check them: a fault found
 * now would otherwise be found by the first email.
 *
 * @throws Error that names every fault
 */
export function settingsLayers(props: SettingsLayersProps): SettingsLayers {
  const { senderDomains } = props
  const defaults = defaultsOf(props)
  const locks = senderDomains.length > 0 ? { senderDomains, ...props.locks } : lockedToNoop(props)
  const layers = { defaults, locks }
  const faults = [...layerFaults({ defaults }), ...layerFaults(layers)]
  // What cannot be read cannot be compared either.
  const all = faults.length > 0 ? faults : placeFaults(layers, props)
  if (all.length > 0) throw new Error([...new Set(all)].join('; '))
  return layers
}

function defaultsOf({
  defaults = {},
  ses,
  createTenants = [],
}: SettingsLayersProps): SettingsLayer {
  const given = defaults['projects'] as object | undefined
  // So that a name which is none is refused like any.
  const named = Object.fromEntries(createTenants.map((name) => [name, {}]))
  return {
    ...defaults,
    ...(ses && { ses: { ...ses, ...(defaults['ses'] as object | undefined) } }),
    ...(createTenants.length > 0 && { projects: { ...named, ...given } }),
  }
}

function lockedToNoop({ locks = {} }: SettingsLayersProps): SettingsLayer {
  const { engine = 'noop' } = locks
  if (engine === 'noop') return { ...locks, engine }
  throw new Error(`locks.engine is ${JSON.stringify(engine)}: without senderDomains only "noop"`)
}

function layerFaults({ defaults, locks }: Partial<SettingsLayers>): string[] {
  const resolved = resolveSettings({ defaults: defaults ?? {}, saved: {}, locks: locks ?? {} })
  if ('settings' in resolved) return []
  const name = locks ? 'defaults and locks' : 'defaults'
  return resolved.faults.map(({ path, rule }) => `${name}: ${path}: ${rule}`)
}

/** What the settings allow and this deployment, by its functions or its roles, refuses. */
function placeFaults(
  { defaults, locks }: SettingsLayers,
  { senderDomains, ses = {}, vpc }: SettingsLayersProps,
): string[] {
  const resolved = resolveSettings({ defaults, saved: {}, locks })
  if (!('settings' in resolved)) return []
  const { engine, from, smtp, senderDomains: locked, ses: said } = resolved.settings
  const engines = [engine].flat()
  const sender = from.address?.split('@').at(-1)
  return [
    ...(engines.includes('sendmail') ? ['engine: a function has no sendmail program'] : []),
    ...(engines.includes('smtp') ? smtpFaults(smtp, vpc !== undefined) : []),
    // The role is made for what the properties say.
    ...(said.region === (ses.region ?? null) ? [] : [notInRole('region', said.region)]),
    ...(said.identityArn === (ses.identityArn ?? null)
      ? []
      : [notInRole('identityArn', said.identityArn)]),
    ...outside('locks.senderDomains', locked ?? [], senderDomains),
    ...outside('from.address', sender === undefined ? [] : [sender], senderDomains),
  ]
}

function notInRole(name: 'region' | 'identityArn', value: string | null): string {
  return `ses.${name}: ${value} is not what ses.${name} of the service says, so no role may send with it`
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html; port 25 to the outside is shut. */
function smtpFaults({ host, port }: { host: string; port: number }, isInVpc: boolean): string[] {
  return [
    ...(port === 25 && !isInVpc
      ? ['smtp.port: no function reaches port 25 outside of a VPC; 587, 465 and 2525 work']
      : []),
    ...(/^(localhost|127\.|\[?::1)/.test(host)
      ? [`smtp.host: ${host} is the function itself, where no mail server is`]
      : []),
  ]
}

function outside(name: string, domains: readonly string[], allowed: readonly string[]): string[] {
  if (allowed.length === 0) return []
  return asSenderDomains(domains.filter(isSenderDomain))
    .filter((domain) => !allowed.includes(domain))
    .map((domain) => `${name}: ${domain} is not in senderDomains, so no role may send from it`)
}
