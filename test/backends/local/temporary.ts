import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localBackend, type LocalBackend } from '../../../backends/local/index.ts'
import type { Keep } from '../../../backends/local/keep.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { resolveSettings, type Settings } from '../../../mail/settings/settings.ts'
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts'

/** A data directory of its own, gone when closed. */
export function temporaryDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'postern-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export interface TemporaryBackend {
  readonly path: string
  readonly backend: LocalBackend
  readonly clock: VirtualClock
  readonly close: () => void
}

/** A local backend in a directory of its own, under a clock that the test moves. */
export function temporaryBackend(keep?: Keep): TemporaryBackend {
  const { path, remove } = temporaryDirectory()
  const clock = virtualClock()
  const backend = localBackend(path, { clock, keep })
  return {
    path,
    backend,
    clock,
    close() {
      backend.close()
      remove()
    },
  }
}

/** The settings of a Postern that keeps contents for so many days, and other things as these say. */
export function keeping(keepContentDays: number, saved: SavedSettings = {}): Settings {
  const resolved = resolveSettings({
    defaults: {},
    saved: { keepContentDays, ...saved },
    locks: {},
  })
  if ('faults' in resolved) throw new Error(JSON.stringify(resolved.faults))
  return resolved.settings
}
