import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll } from 'vitest'
import { readContext } from '../../lib/context.ts'
import { PosternStack } from '../../lib/postern-stack.ts'

const root = join(import.meta.dirname, '../..')

/** Where what is synthesised goes, for as long as a test file runs. */
const assemblies = mkdtempSync(join(tmpdir(), 'postern-cdk-'))
afterAll(() => rmSync(assemblies, { recursive: true }))

/** The flags of cdk.json, which the command line would pass. */
function flags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>
  }
  return context
}

/** An app of which nothing is uploaded, so that nothing is copied. */
export function emptyApp(context: Readonly<Record<string, unknown>> = {}): App {
  return new App({
    context: { ...context, 'aws:cdk:disable-asset-staging': true },
    outdir: mkdtempSync(join(assemblies, 'app-')),
  })
}

/** The app of `bin/app.ts` with `-c` values, not yet synthesised. */
export function makeStack(context: Readonly<Record<string, unknown>> = {}) {
  const app = emptyApp({ ...flags(), ...context })
  const props = readContext(app.node)
  const stack = new PosternStack(app, `Postern-${props.stage}`, props)
  return { app, stack }
}

export const production = { stage: 'production', senderDomains: 'example.com' }

const made = new Map<string, ReturnType<typeof synthesise>>()

/** The template of a stage, made once; resources of one type, or the only one. */
export function templateOf(context: Readonly<Record<string, unknown>> = {}) {
  const key = JSON.stringify(context)
  const known = made.get(key) ?? synthesise(context)
  made.set(key, known)
  return known
}

function synthesise(context: Readonly<Record<string, unknown>>) {
  const { stack } = makeStack(context)
  const template = Template.fromStack(stack)
  const all = (type: string) => Object.values(template.findResources(type)) as Resource[]
  return {
    template,
    stack,
    all,
    one: (type: string): Resource => {
      const [found, ...more] = all(type)
      if (!found || more.length > 0) throw new Error(`not exactly one ${type}`)
      return found
    },
  }
}

interface Resource {
  readonly Properties: Readonly<Record<string, unknown>>
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}

export type TypedResource = Resource & { readonly Type: string }

/** All that a template makes, by logical id. */
export function typedResources(template: Template): Readonly<Record<string, TypedResource>> {
  return template.toJSON()['Resources'] as Record<string, TypedResource>
}

export interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

/** The statements of the role that the name of its policy tells. */
export function statementsOf(template: Template, of: RegExp): Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => of.test(id))
    .flatMap(([, policy]) => {
      const { Properties } = policy as Resource
      return (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement
    })
}

export function actionsOf(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ Action }) => Action).toSorted()
}
