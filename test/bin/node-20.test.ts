import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly engines?: { readonly node?: string } }>>
}

/** Whether one of the ranges has the last Node 20. */
function takesNode20(ranges: string): boolean {
  return ranges.split('||').some((range) => {
    const [, isLeast, major = '*'] = /^\s*(>=?)?\D*(\d+)/.exec(range) ?? []
    return major === '*' || (isLeast ? Number(major) <= 20 : Number(major) === 20)
  })
}

it('of what npm ci installs, Vitest alone is nothing for Node 20, of which npm warns', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile
  const refusing = Object.entries(packages).filter(
    ([, { engines }]) => engines?.node !== undefined && !takesNode20(engines.node),
  )
  expect(refusing.map(([path]) => path)).toEqual(['node_modules/vitest'])
})
