import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditMs } from '../../mail/email/audit.ts'
import { newId } from '../../mail/email/id.ts'
import type { Audit, AuditLine } from '../../mail/ports/audit.ts'
import type { VirtualClock } from '../virtual-clock.ts'

export interface AuditHarness {
  readonly audit: Audit
  readonly clock: Pick<VirtualClock, 'now' | 'advance'>
  /** Removes what was kept long enough, where the store does not by itself. */
  sweep?(): Promise<unknown>
  close(): void | Promise<void>
}

/** What every store of the audit must do. */
export function testAudit(name: string, open: () => Promise<AuditHarness>) {
  describe(`${name}: audit`, () => {
    let harness: AuditHarness
    let audit: Audit
    beforeEach(async () => {
      harness = await open()
      audit = harness.audit
    })
    afterEach(() => harness.close())

    function aLine(values: Partial<AuditLine> = {}): AuditLine {
      const at = harness.clock.now()
      return {
        id: newId(at),
        at,
        project: 'default',
        action: 'key.created',
        outcome: 'begun',
        by: { actor: 'key', id: 'k', name: 'mine' },
        ...values,
      }
    }
    async function put(values: Partial<AuditLine> = {}): Promise<AuditLine> {
      const line = aLine(values)
      await audit.put(line)
      return line
    }

    it('gives lines back as they are, newest first, page by page', async () => {
      const lines: AuditLine[] = []
      for (let n = 0; n < 5; n++)
        lines.unshift(await put({ about: `id ${n}`, changes: ['smtp.host'] }))
      const first = await audit.list({ scope: 'default', limit: 3 })
      expect(first).toEqual({ data: lines.slice(0, 3), hasMore: true })
      const after = first.data.at(-1)!.id
      const rest = await audit.list({ scope: 'default', limit: 3, after })
      expect(rest).toEqual({ data: lines.slice(3), hasMore: false })
    })

    it('writes the same line again when its outcome is known', async () => {
      const line = await put()
      await audit.put({ ...line, outcome: 'done', about: 'k2' })
      expect((await audit.list({ scope: '*', limit: 3 })).data).toEqual([
        { ...line, outcome: 'done', about: 'k2' },
      ])
    })

    it('shows a project its own, and all of it to who sees all', async () => {
      const shop = await put({ project: 'shop' })
      const other = await put()
      const ofAll = await put({ project: '*', action: 'settings.saved' })
      const seen = async (scope: string) => (await audit.list({ scope, limit: 9 })).data
      expect(await seen('shop')).toEqual([shop])
      expect(await seen('default')).toEqual([other])
      expect(await seen('*')).toEqual([ofAll, other, shop])
      const withShared = await audit.list({ scope: 'shop', withShared: true, limit: 9 })
      expect(withShared.data).toEqual([ofAll, shop])
    })

    it('keeps a line for a year', async () => {
      const line = await put()
      await harness.clock.advance(auditMs - 1_000)
      await harness.sweep?.()
      expect((await audit.list({ scope: '*', limit: 3 })).data).toEqual([line])
      await harness.clock.advance(2_000)
      await harness.sweep?.()
      expect((await audit.list({ scope: '*', limit: 3 })).data).toEqual([])
    })
  })
}
