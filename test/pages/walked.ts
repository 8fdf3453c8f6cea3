import process from 'node:process'

/** `npm run pages` walks all pages; otherwise only one of each kind is walked. */
export const everyPage = process.env['POSTERN_EVERY_PAGE'] === '1'

/** For a page, in milliseconds: each of its commands starts a process, on a machine that may be slow. */
export const patience = 240_000

/** The pages with commands that no test walks in order, and why not. */
export const notWalked: Readonly<Record<string, string>> = {
  'docs/api.md': 'test/end-to-end/api-page.test.ts runs it, in curl, Node and Python',
  'docs/aws/embedding.md': 'test/end-to-end/pack.test.ts packs, installs and synthesises',
  'docs/aws/verify.md': 'test/bench/verify-aws/emulated.test.ts runs the command',
  'docs/backup.md': 'test/end-to-end/backup.test.ts backs up and restores, killed in between',
  'docs/containers.md': 'npm run image builds the image and runs it as the page does',
  'docs/performance.md': 'measures, for a quarter of an hour',
  'docs/tests.md': 'the tests themselves',
  'docs/webhooks.md': 'test/cli/webhooks.test.ts runs them with an endpoint that is there',
}
