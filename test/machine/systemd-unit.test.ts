import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemdUnit, type ServiceWish } from '../../machine/systemd-unit.ts'

const command = ['/bin/true']

/** `security --offline` came with systemd 250. */
const analyzes =
  Number(/\d+/.exec(spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout)) >=
  250

function analyze(wish: ServiceWish, ...words: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-unit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'postern.service')
  writeFileSync(file, systemdUnit(wish))
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...words, file], {
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

describe.skipIf(!analyzes)('the unit of systemd, by systemd-analyze', () => {
  it.each([
    ['as it is', {}],
    ['with low ports', { lowPorts: true }],
    ['with sendmail', { sendmail: true }],
    ['with both', { lowPorts: true, sendmail: true }],
    ['of a path with odd characters', { command: ['/bin/true', '/a b/%i $x "q" \\'] }],
  ])('%s has no fault', (_, wish) => {
    expect(analyze({ command, ...wish }, 'verify')).toEqual({ status: 0, said: '' })
  })

  // The threshold is in tenths: 2.0 of 10.
  it.each([
    ['as it is', {}, 20],
    ['with low ports', { lowPorts: true }, 20],
  ])('%s is exposed by 2.0 at most', (_, wish, most) => {
    const { status, said } = analyze(
      { command, ...wish },
      'security',
      '--offline=true',
      `--threshold=${most}`,
    )
    expect(said).toContain('Overall exposure level')
    expect(status).toBe(0)
  })
})

describe('the unit of systemd', () => {
  it('forbids nothing to sendmail that implies NoNewPrivileges', () => {
    // systemd.exec(5), "NoNewPrivileges=".
    const implying =
      /^(NoNew|SystemCall|RestrictAddress|RestrictNames|RestrictReal|RestrictSUID|PrivateDev|ProtectKernel|ProtectClock|ProtectHost|MemoryDeny|DynamicUser|LockPers)/m
    expect(systemdUnit({ command })).toMatch(implying)
    expect(systemdUnit({ command, sendmail: true })).not.toMatch(implying)
  })

  it('gives the right to low ports only where it is asked for', () => {
    expect(systemdUnit({ command })).not.toContain('CAP_NET_BIND_SERVICE')
    const low = systemdUnit({ command, lowPorts: true })
    expect(low).toContain('AmbientCapabilities=CAP_NET_BIND_SERVICE\n')
    expect(low).not.toContain('PrivateUsers')
  })
})
