import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const script = async (shell: string) => (await runCommand(['completion', shell])).out

const isHere = (shell: string) => spawnSync(shell, ['--version']).status === 0

describe('what completes commands', () => {
  it('in bash offers commands, those below one, and its options', async () => {
    const file = written('postern', await script('bash'))
    const offered = (...words: readonly string[]) => {
      const typed = words.map((word) => `'${word}'`).join(' ')
      const ask = `source ${file}; COMP_WORDS=(postern ${typed}); COMP_CWORD=${words.length}; _postern; echo "\${COMPREPLY[*]}"`
      return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split(' ')
    }
    expect(offered('ca')).toEqual(['captures'])
    expect(offered('captures', 'w')).toEqual(['wait'])
    expect(offered('--json', 'captures', 'list', '--su')).toEqual(['--subject'])
    // Not of another command, and not of none.
    expect(offered('captures', 'retr')).toEqual([''])
    expect(offered('')).toContain('start')
  })

  it.skipIf(!isHere('fish'))('in fish offers the same, with what it means', async () => {
    const file = written('postern.fish', await script('fish'))
    const offered = (line: string) =>
      execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
        encoding: 'utf8',
      })
    expect(offered('postern capt')).toMatch(/^captures\tsee the emails/)
    expect(offered('postern captures w')).toMatch(/^wait\t/m)
    expect(offered('postern captures list --su')).toMatch(/^--subject\t/m)
    expect(offered('postern captures retr')).not.toMatch(/^retry/m)
  })

  it.skipIf(!isHere('zsh'))('in zsh is a script without a fault, with every command', async () => {
    const text = await script('zsh')
    const file = written('_postern', text)
    expect(execFileSync('zsh', ['-n', file], { encoding: 'utf8' })).toBe('')
    const list = `compdef() { }; _describe() { print -l -- $known }; words=(postern captures w); CURRENT=3; source ${file}; _postern`
    expect(execFileSync('zsh', ['-f', '-c', list], { encoding: 'utf8' })).toMatch(/^wait:wait for/m)
  })

  it('is refused for another shell, with those there are', async () => {
    const { code, err } = await runCommand(['completion', 'tcsh'])
    expect([code, err]).toEqual([2, expect.stringContaining('bash, zsh, fish')])
  })
})

function written(name: string, text: string): string {
  const file = join(temporaryDirectory(), name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  return file
}
