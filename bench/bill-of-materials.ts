import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

/*
 * Writes dist/sbom.cdx.json: what the package brings when it is installed, as CycloneDX. Run by
 * `npm run build`, and alone with `npm run bill-of-materials`.
 */

const asked = ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx']
const { status, stdout, stderr } = spawnSync('npm', asked, {
  encoding: 'utf8',
  maxBuffer: 50_000_000,
  shell: process.platform === 'win32',
})
if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`)
const bill = JSON.parse(stdout) as { metadata: { component: { name: string } } }
// npm names it after the folder of the checkout.
bill.metadata.component.name = 'postern'
writeFileSync('dist/sbom.cdx.json', JSON.stringify(bill))
