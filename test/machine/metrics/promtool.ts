import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/** Debian's, or the one that `.ci/run` unpacked: installing it would start Prometheus. */
const unpacked = join(process.env['POSTERN_MAIL_SERVERS'] ?? '', 'usr/bin/promtool')
const command = existsSync(unpacked) ? unpacked : 'promtool'

export const hasPromtool = spawnSync(command, ['--version']).status === 0

export function promtool(words: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(command, words, { input, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}
