import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readEnvironment, startVariables } from '../machine/environment.ts'
import { projectFiles, readProjectFile } from './house/tree.ts'

const dockerfile = readProjectFile('Dockerfile')
const page = readProjectFile('docs/containers.md')
const { stopSeconds, port } = readEnvironment({})
const known = new Set<string>(startVariables.map(([name]) => name))

const wordAfter = (instruction: string) =>
  new RegExp(`^${instruction} (.+)$`, 'm').exec(dockerfile)?.[1]

describe('the Dockerfile', () => {
  it('runs the Node that the package asks for, as a numbered user that is not root', () => {
    const { peerDependencies } = JSON.parse(readProjectFile('package.json')) as {
      peerDependencies: { node: string }
    }
    expect(peerDependencies.node).toBe(`^${wordAfter('ARG')?.replace('NODE=', '')}.0.0`)
    expect(wordAfter('USER')).toMatch(/^[1-9]\d+:[1-9]\d+$/)
  })

  it('opens the ports that Postern listens on unless told otherwise, and sets real variables', () => {
    expect(wordAfter('EXPOSE')).toBe(`${port} 1025 1465`)
    const set = [...wordAfter('ENV')!.matchAll(/POSTERN_\w+/g)].map(([name]) => name)
    expect(set.filter((name) => !known.has(name))).toEqual([])
  })

  it('is given no sources that a checkout gathers, such as data and modules', () => {
    const ignored = readProjectFile('.dockerignore').split('\n')
    expect(ignored).toEqual(expect.arrayContaining(['.git', '**/node_modules', '.postern']))
  })
})

interface Compose {
  readonly services: {
    readonly postern: {
      readonly environment: Record<string, string>
      readonly ports: readonly string[]
      readonly stop_grace_period: string
      readonly read_only: boolean
      readonly cap_drop: readonly string[]
      readonly volumes: readonly string[]
    }
  }
  readonly volumes: Record<string, unknown>
}

describe('compose.yaml', () => {
  const { services, volumes } = parse(readProjectFile('compose.yaml')) as Compose
  const { postern } = services

  it('publishes HTTP to this machine alone, and SMTP, which has no TLS there, not at all', () => {
    expect(postern.environment).toEqual({ POSTERN_SMTP_PLAIN: 'on' })
    expect(postern.ports).toEqual([`127.0.0.1:${port}:${port}`])
  })

  it('keeps the data in a volume, and lets nothing else be written', () => {
    expect(postern.volumes).toEqual(['data:/data'])
    expect(Object.keys(volumes)).toEqual(['data'])
    expect([postern.read_only, postern.cap_drop]).toEqual([true, ['ALL']])
  })

  it('waits for a stop longer than Postern does', () => {
    expect(parseInt(postern.stop_grace_period)).toBeGreaterThan(stopSeconds)
  })
})

interface StatefulSet {
  readonly kind: 'StatefulSet'
  readonly spec: {
    readonly replicas: number
    readonly template: { readonly spec: PodSpec }
    readonly volumeClaimTemplates: readonly { spec: { accessModes: readonly string[] } }[]
  }
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number
  readonly enableServiceLinks: boolean
  readonly securityContext: { runAsNonRoot: boolean; fsGroup: number }
  readonly containers: readonly {
    readonly env: readonly { name: string }[]
    readonly livenessProbe: { httpGet: { path: string } }
    readonly readinessProbe: { httpGet: { path: string } }
    readonly volumeMounts: readonly { mountPath: string }[]
    readonly securityContext: { readOnlyRootFilesystem: boolean }
  }[]
}

describe('the page of containers', () => {
  const yaml = /```yaml\n([\s\S]+?)```/.exec(page)![1]!
  const [set] = parseAllDocuments(yaml).map((one) => one.toJS() as StatefulSet)
  const { replicas, template, volumeClaimTemplates } = set!.spec
  const [container] = template.spec.containers

  it('has one replica in Kubernetes, whose volume no second pod may hold', () => {
    expect([set!.kind, replicas]).toEqual(['StatefulSet', 1])
    expect(volumeClaimTemplates[0]!.spec.accessModes).toEqual(['ReadWriteOncePod'])
  })

  it('runs it there as the user of the image, who owns the volume and writes nothing else', () => {
    const { runAsNonRoot, fsGroup } = template.spec.securityContext
    expect([runAsNonRoot, `${fsGroup}:${fsGroup}`]).toEqual([true, wordAfter('USER')])
    expect(container!.securityContext.readOnlyRootFilesystem).toBe(true)
    expect(container!.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/data')
  })

  it('waits there for a stop longer than Postern does, and sets real variables', () => {
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(stopSeconds)
    expect(container!.env.filter(({ name }) => !known.has(name))).toEqual([])
  })

  it('is told nothing there by the name of its service, which makes a POSTERN_PORT', () => {
    expect(template.spec.enableServiceLinks).toBe(false)
  })

  it('names files that are there', () => {
    expect(projectFiles()).toEqual(expect.arrayContaining(['Dockerfile', 'compose.yaml']))
    expect(page).toContain('](../compose.yaml)')
  })
})

interface Workflow {
  readonly permissions: Record<string, string>
  readonly jobs: Record<
    string,
    { readonly permissions?: Record<string, string>; readonly steps: readonly { run?: string }[] }
  >
}

describe('the workflow of a release', () => {
  const { jobs, permissions } = parse(readProjectFile('.github/workflows/release.yml')) as Workflow
  const runs = (job: string) => jobs[job]!.steps.flatMap(({ run }) => run ?? [])

  it('publishes by the trust of npm in the workflow, without a token, after every check', () => {
    expect(readProjectFile('.github/workflows/release.yml')).not.toMatch(
      /NODE_AUTH_TOKEN|NPM_TOKEN/,
    )
    expect([permissions, jobs['package']!.permissions]).toEqual([
      { contents: 'read' },
      { contents: 'read', 'id-token': 'write' },
    ])
    expect(runs('checks')).toContain('.ci/run')
    expect(runs('package').at(-1)).toMatch(/^npm publish/)
    for (const job of ['package', 'image']) expect(jobs[job]).toMatchObject({ needs: 'checks' })
  })

  it('runs no install script of a package, and none is wanted when it is installed', () => {
    const { packages } = JSON.parse(readProjectFile('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>
    }
    const scripted = Object.entries(packages).filter(([, one]) => one.hasInstallScript && !one.dev)
    // The project itself has `prepare`, which npm runs in a checkout only.
    expect(scripted.map(([path]) => path).filter(Boolean)).toEqual([])
  })
})
