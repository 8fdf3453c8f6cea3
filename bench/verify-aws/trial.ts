/** How to reach AWS; the SDK finds credentials by itself where none are given. */
export interface Access {
  readonly region: string
  /** An emulator in place of AWS. */
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** What a person chose. */
export interface Wishes {
  /** An address that SES may send from in this account and Region. */
  readonly sender?: string
  /** Where a stage is to be deployed once more. */
  readonly secondRegion?: string
}

/** What a stack of this run is reached by. */
export interface Deployed {
  readonly stack: string
  readonly outputs: Readonly<Record<string, string>>
  /** Undefined where no HTTP API answers, as in an emulator. */
  readonly url?: string
  /** An API key with full access. */
  readonly key: string
}

/** What a check has to work with. */
export interface Trial extends Wishes {
  /** In the name of everything that this run makes. */
  readonly name: string
  readonly access: Access
  readonly staging: Deployed
  readonly production: Deployed
  /** Keeps a payload of AWS as a fixture, its ids replaced. */
  readonly record: (name: string, payload: unknown) => void
  /** Deploys or destroys once more. */
  readonly stages: Stages
}

export type StageName = 'staging' | 'production'

/** The deployments of a run. */
export interface Stages {
  deploy(stage: StageName, region?: string): Promise<Deployed>
  destroy(stage: StageName, region?: string): Promise<void>
}
