import { App } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { readContext } from '../../lib/context.ts'
import { runCommand } from '../cli/run-command.ts'
import { projectFiles, readProjectFile } from '../house/tree.ts'
import { blocksOf } from './blocks.ts'

/*
 * Every command of every page that begins with `postern` or `npx cdk deploy`, also of the pages for
 * AWS, where nothing can be run without an account: it has to be understood.
 */

const pages = projectFiles().filter((path) => path === 'README.md' || path.startsWith('docs/'))
const lines = pages
  .filter((path) => path.endsWith('.md') && !path.startsWith('docs/decisions/'))
  .flatMap((page) => linesOf(readProjectFile(page)).map((line) => ({ page, line })))

/** Of the blocks of commands, and what stands as code in the text. */
function linesOf(page: string): string[] {
  const blocks = blocksOf(page).filter(({ language }) => language === 'sh')
  const inBlocks = blocks.flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, ' ').split('\n'))
  const inText = [...page.matchAll(/(?<!`)`(postern [^`\n]+)`/g)].map(([, code]) => code!)
  return [...inBlocks, ...inText].map((line) =>
    line
      .replace(/\s#.*$/, '')
      .replaceAll(/<[a-z][^>]*>/g, 'x')
      .trim(),
  )
}

/** As a shell splits them. */
function wordsOf(line: string): string[] {
  const words = line.matchAll(/(?:[^\s'"]|'[^']*'|"(?:[^"\\]|\\.)*")+/g)
  return [...words].map(([word]) => word.replaceAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"/g, '$1$2'))
}

/** What is redirected is not for the command. */
const withoutFiles = (line: string) => line.replace(/ [<>] \S+$/, '')

describe('a command of the pages', () => {
  const commands = lines.filter(
    ({ line }) => /^postern( --stack \S+)? [a-z]/.test(line) && !/[…]/.test(line),
  )
  // These read files, start or install something without a Postern, or before they ask one.
  const others =
    /^postern( --\S+ \S+)? (start|service|backup|restore|manual|completion|templates check|send \S+\.eml|(settings|suppressions) import|keys create \S+ --data)\b/
  const asking = commands.filter(({ line }) => !others.test(line) && wordsOf(line).length > 2)

  it.each(asking)('is understood by postern: $page, $line', async ({ line }) => {
    const words = wordsOf(withoutFiles(line)).slice(1)
    const at = words.indexOf('--stack')
    if (at >= 0) words.splice(at, 2)
    const { err } = await runCommand(words, { url: 'http://127.0.0.1:1', input: 'a secret' })
    // A text may name a command without what it is about; two secrets want a terminal.
    expect(err).toMatch(/cannot reach|required option|missing required argument|holds one secret/)
  })

  const deploying = lines.filter(({ line }) => /^npx cdk (deploy|diff|destroy)/.test(line))

  it.each(deploying)('is understood by the app: $page, $line', ({ line }) => {
    const given = [...line.matchAll(/-c (\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!])
    const { stage } = readContext(new App({ context: Object.fromEntries(given) as object }).node)
    expect(stage).toBe(/stage=(\w+)/.exec(line)?.[1] ?? 'staging')
  })

  it('is found on the pages for AWS too', () => {
    const found = asking.filter(({ page }) => page.startsWith('docs/aws/'))
    expect([found.length, deploying.length].every((count) => count >= 5)).toBe(true)
  })
})
