import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * What axe finds wrong with a page as it is shown now: the rule, and where it is broken.
 *
 * @param rules of axe, if not all: most take the same view of a page whatever its colours
 */
export async function violationsOn(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Not as a script of the page, whose policy would not have it.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  return page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as { axe: Axe }
    // What is in the frame is not ours.
    const { violations } = await axe.run(document, { iframes: false, ...(runOnly && { runOnly }) })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) =>
          `${id} at ${target.join(' ')}: ${failureSummary.split('\n')[1]?.trim()}`,
      ),
    )
  }, rules)
}

declare const document: unknown

interface Axe {
  run(context: unknown, options: object): Promise<{ violations: readonly Violation[] }>
}

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}
