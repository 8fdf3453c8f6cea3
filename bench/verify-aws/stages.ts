import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Programs } from './cdk.ts'
import { deployWords, stackOf } from './options.ts'
import { destroyStack, outputsOf } from './stacks.ts'
import type { Access, Deployed, StageName, Stages, Wishes } from './trial.ts'

export interface Site extends Wishes {
  readonly name: string
  readonly access: Access
  readonly programs: Programs
  /** Where the API of a stack answers; undefined: nowhere. */
  readonly urlOf: (outputs: Deployed['outputs'], stage: StageName) => Promise<string | undefined>
  readonly tell: (line: string) => void
  /** Aborts when the run is to end early, with the reason. */
  readonly stop: AbortSignal
}

/** Deploys and destroys the stages of one run, each stack by its own name. */
export function stagesOf(site: Site): Stages {
  const { name, access, programs, urlOf, tell, sender, stop } = site
  return {
    async deploy(stage, region = access.region) {
      stop.throwIfAborted()
      const there = { ...access, region }
      const stack = stackOf(name, stage)
      const output = mkdtempSync(join(tmpdir(), 'postern-verify-'))
      tell(`deploying ${stack} in ${region}`)
      try {
        await programs.cdk(deployWords({ name, stage, sender, output }), there)
      } finally {
        rmSync(output, { recursive: true, force: true })
      }
      const outputs = await outputsOf(stack, there)
      const key = await programs.postern(['--stack', stack, 'keys', 'create', 'verify'], there)
      const url = await urlOf(outputs, stage)
      return { stack, outputs, url, key: /re_[\w-]+/.exec(key)![0] }
    },
    async destroy(stage, region = access.region) {
      const stack = stackOf(name, stage)
      tell(`destroying ${stack} in ${region}`)
      await destroyStack({ name, stack, stage: `${name}-${stage}` }, { ...access, region })
    },
  }
}
