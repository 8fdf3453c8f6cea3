import { describe, expect, it } from 'vitest'
import { releaseNotes } from '../../docs/release-notes.ts'

const changelog = `# Changelog

## [Unreleased]

- Not yet.

## [1.2.0] - 2027-01-01

### Added

- A thing.

## [1.1.0] - 2026-12-24

- Another.
`

describe('the notes of a release', () => {
  it('are the part of the changelog of that version', () => {
    const notes = releaseNotes({ tag: 'v1.2.0', version: '1.2.0', changelog })
    expect(notes).toBe('### Added\n\n- A thing.')
  })

  it.each([
    ['another version than the tag', { tag: 'v1.1.0', version: '1.2.0' }, /the tag is v1\.1\.0/],
    ['no tag', { tag: '', version: '1.2.0' }, /the tag is ,/],
    ['no such heading', { tag: 'v2.0.0', version: '2.0.0' }, /no entries below "## \[2\.0\.0\]"/],
    ['a version that begins alike', { tag: 'v1.2', version: '1.2' }, /no entries/],
  ])('are refused with %s', (_, names, rule) => {
    expect(() => releaseNotes({ ...names, changelog })).toThrow(rule)
  })
})
