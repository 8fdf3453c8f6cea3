import { describe, expect, it } from 'vitest'
import { sentenceIn } from '../../../bench/hosts/try.ts'

describe('what a host says', () => {
  it('is the sentence of Postern among what npm prints around it', () => {
    const said = [
      'npm warn EBADENGINE Unsupported engine {',
      '> postern@0.1.0 prepare',
      'postern: run npm ci in /a first',
      'npm error command failed',
    ]
    expect(sentenceIn(said.join('\n'))).toBe('postern: run npm ci in /a first')
  })

  it('is a raw error where there is none, which fails the run', () => {
    const said = 'node:internal/modules/esm:1\n\nTypeError [ERR_UNKNOWN_FILE_EXTENSION]: ".ts"\n'
    expect(sentenceIn(said)).toBe('TypeError [ERR_UNKNOWN_FILE_EXTENSION]: ".ts"')
  })
})
