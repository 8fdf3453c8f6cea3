import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { builtFiles } from '../../../backends/web/built-files.ts'

const parent = mkdtempSync(join(tmpdir(), 'postern-built-'))
const folder = join(parent, 'console')
mkdirSync(join(folder, 'assets'), { recursive: true })
writeFileSync(join(folder, 'index.html'), 'page')
writeFileSync(join(folder, 'assets', 'index-a1.js'), 'script')
writeFileSync(join(parent, 'secret'), 'not for the web')

it.each([
  ['index.html', 'page'],
  ['assets/index-a1.js', 'script'],
])('reads %s', (path, text) => {
  expect(builtFiles(folder)(path)?.toString()).toBe(text)
})

it.each(['../secret', 'assets/../../secret', '/secret', 'assets', '', 'nothing.js'])(
  'has nothing at %j',
  (path) => {
    expect(builtFiles(folder)(path)).toBeUndefined()
  },
)

it('has no files where nothing was built', () => {
  expect(builtFiles(undefined)('index.html')).toBeUndefined()
})
