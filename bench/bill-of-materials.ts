import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/*
 * Writes dist/sbom.cdx.json: what the package brings when it is installed, as CycloneDX. Run by
 * `npm run build`, and alone with `npm run bill-of-materials`.
 */

interface Bill {
  readonly metadata: { readonly component: { name: string } }
  components: readonly { readonly 'bom-ref': string }[]
  dependencies: readonly { readonly ref: string; dependsOn?: readonly string[] }[]
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: true }>>
}

const asked = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx']
const { status, stdout, stderr } = spawnSync('npm', asked, {
  encoding: 'utf8',
  maxBuffer: 50_000_000,
  shell: process.platform === 'win32',
})
if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`)
const bill = JSON.parse(stdout) as Bill
// npm names it after the folder of the checkout.
bill.metadata.component.name = 'postern'
dropDevelopment(bill)
writeFileSync('dist/sbom.cdx.json', JSON.stringify(bill))

/** What `--omit=dev` is for: that also leaves out what a tool of the development wants as well. */
function dropDevelopment(bill: Bill) {
  const kept = new Set(installed())
  const isKept = (ref: string) => kept.has(ref)
  bill.components = bill.components.filter((component) => isKept(component['bom-ref']))
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => isKept(ref) || ref.startsWith('postern@'))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isKept) }))
}

/** As npm names them: the name, `@` and the version. */
function installed(): string[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`)
}
