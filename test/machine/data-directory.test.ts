import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { usualDirectory } from '../../machine/data-directory.ts'
import { temporaryDirectory } from '../cli/temporary-directory.ts'

/** In an empty directory, so that no `.postern` of a trial counts. */
function elsewhere(): string {
  const before = process.cwd()
  onTestFinished(() => process.chdir(before))
  process.chdir(temporaryDirectory())
  return process.cwd()
}

const home = { HOME: '/users/ann' }

describe('the data directory, where none is named', () => {
  it('is the usual place of the user, and never the directory it is started in', () => {
    elsewhere()
    expect(usualDirectory(home, false)).toBe('/users/ann/.local/share/postern')
    expect(usualDirectory({ ...home, XDG_DATA_HOME: '/data/ann' }, false)).toBe('/data/ann/postern')
    expect(usualDirectory({ ...home, XDG_DATA_HOME: 'data' }, false)).toBe(
      '/users/ann/.local/share/postern',
    )
    expect(usualDirectory(home, true)).toBe('/var/lib/postern')
  })

  it('is the one that systemd made for it', () => {
    elsewhere()
    const variables = { ...home, STATE_DIRECTORY: '/var/lib/postern:/var/lib/more' }
    expect(usualDirectory(variables, false)).toBe('/var/lib/postern')
  })

  it('is .postern where there is one, as an earlier version left it', () => {
    const here = elsewhere()
    mkdirSync('.postern')
    expect(usualDirectory(home, false)).toBe(join(here, '.postern'))
  })

  it('is .postern where nothing says whose it is', () => {
    elsewhere()
    expect(usualDirectory({}, false)).toBe(resolve('.postern'))
  })
})
