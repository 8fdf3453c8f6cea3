import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'

/** Pictures are taken only when asked for, or every run would change files of the project. */
const takesScreenshots = process.env['POSTERN_SCREENSHOTS'] === '1'

/** Takes a picture for the documentation; pngquant, where it is installed, makes it small. */
export async function takeScreenshot(page: Page, path: string) {
  if (!takesScreenshots) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, await page.screenshot({ animations: 'disabled' }))
  const options = ['--force', '--skip-if-larger', '--strip', '--ext', '.png', '64', '--', path]
  await promisify(execFile)('pngquant', options).catch((error: { code?: unknown }) => {
    // 98: it would have been larger.
    if (error.code !== 'ENOENT' && error.code !== 98) throw error
  })
}
