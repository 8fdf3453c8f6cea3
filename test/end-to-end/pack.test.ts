import { execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

const env = {
  ...process.env,
  // The Node that the package brings, whatever the host has.
  PATH: [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter),
  POSTERN_PORT: '0',
}

describe('the packed package', () => {
  it(
    'installs into an empty project, explains itself, starts, brings its console and captures',
    { timeout: 300_000 },
    async () => {
      const project = temporaryDirectory()
      await pack(project)
      // npm sets it when it installs, and a build after that had taken it away.
      expect(statSync('dist/bin/postern.js').mode & 0o111).toBe(0o111)
      const [archive] = readdirSync(project)
      writeFileSync(join(project, 'package.json'), '{"private":true}')
      await run(
        'npm',
        ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${archive}`],
        project,
      )

      expect(await run('npx', ['postern', '--help'], project)).toContain('Exit codes:')
      expect(partsIn(join(project, 'node_modules/postern/dist/sbom.cdx.json'))).toEqual(
        expect.arrayContaining(dependencies()),
      )
      const url = await start(project)
      expect(await (await fetch(url)).text()).toContain('src="/console/assets/')
      const email = ['--from', 'me@own.test', '--to', 'you@there.test', '--subject', 'Packed']
      const at = ['--url', url, '--json']
      const body = ['--html', '<p>It <a href="https://own.test/">works</a></p>']
      const { id } = JSON.parse(
        await run('npx', ['postern', 'send', ...email, ...body, ...at], project),
      ) as { id: string }
      const words = ['postern', 'captures', 'wait', '--to', 'you@there.test', ...at]
      expect(JSON.parse(await run('npx', words, project))).toMatchObject({
        id,
        subject: 'Packed',
        links: ['https://own.test/'],
      })
    },
  )
})

const app = `
import { App, Stack } from 'aws-cdk-lib'
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda'
import { MailService, type MailServiceProps } from 'postern'

const app = new App({ outdir: 'cdk.out' })
const stack = new Stack(app, 'Shop')
const props: MailServiceProps = { stage: 'shop', senderDomains: ['shop.example'] }
const mail = new MailService(stack, 'Mail', props)
const producer = new Function(stack, 'Producer', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => {}'),
})
mail.grantSend(producer)
app.synth()
`

describe('the construct of the packed package', () => {
  it(
    'synthesises in an empty CDK app, with types, and lets a function put emails on its queue',
    { timeout: 600_000 },
    async () => {
      const project = temporaryDirectory()
      await pack(project)
      const [archive] = readdirSync(project)
      writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}')
      const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
        devDependencies: Record<string, string>
      }
      const cdk = ['aws-cdk-lib', 'constructs'].map((name) => `${name}@${devDependencies[name]}`)
      const quietly = ['--prefer-offline', '--no-audit', '--no-fund']
      await run('npm', ['install', ...quietly, `./${archive}`, ...cdk], project)
      writeFileSync(join(project, 'app.ts'), app)
      const check = ['--noEmit', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck']
      const types = ['--types', 'node', '--typeRoots', resolve('node_modules/@types')]
      const tsc = resolve('node_modules/@typescript/native/bin/tsc')
      await run(process.execPath, [tsc, ...check, '--strict', ...types, 'app.ts'], project)

      await run(process.execPath, ['app.ts'], project)
      const template = readFileSync(join(project, 'cdk.out/Shop.template.json'), 'utf8')
      expect(template).toContain('"POSTERN_QUEUE_URL"')
      expect(template).toContain('/postern/shop/settings')
      expect(template).toContain('*@shop.example')
    },
  )
})

/** As it was built last: building again would take `dist/` away from tests that run meanwhile. */
/** What the bill of materials lists, as `name@version`. */
function partsIn(path: string): string[] {
  const bill = JSON.parse(readFileSync(path, 'utf8')) as {
    components: { 'bom-ref': string }[]
  }
  return bill.components.map((one) => one['bom-ref'])
}

function dependencies(): string[] {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>
  }
  return Object.entries(dependencies).map(([name, version]) => `${name}@${version}`)
}

async function pack(project: string) {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], resolve('.'))
}

async function run(program: string, words: string[], cwd: string): Promise<string> {
  return (await promisify(execFile)(program, words, { cwd, env })).stdout
}

async function start(project: string): Promise<string> {
  const child = spawn(join(project, 'node_modules/.bin/postern'), ['start'], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  onTestFinished(async () => {
    child.kill()
    await gone
  })
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    const url = /ready at (\S+)/.exec(printed)?.[1]
    if (url) return url
  }
  throw new Error('postern did not start')
}
