import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hourMs } from '../../../mail/email/time.ts'
import { openCounts } from '../../../mail/guardian/counts.ts'
import { changesOf, judge, startOf } from '../../../mail/guardian/judge.ts'
import type { SenderCount, SenderHour, Watch } from '../../../mail/ports/reputation.ts'
import { guardian } from '../../../mail/settings/guardian.ts'

const limits = guardian.parse({})
const own = { project: 'default', domain: 'own.test' }
const now = 1_000_000 * hourMs

function standing(tally: Partial<SenderHour>, before?: Partial<Watch>, at = now - hourMs) {
  const hours = [{ ...own, at, sent: 0, bounced: 0, complained: 0, ...tally }]
  const watches: Watch[] = before
    ? [{ ...own, level: 'well', since: 0, reason: '', ...before }]
    : []
  const [one] = judge({ hours, watches, limits, now })
  return one
}

describe('a sender', () => {
  it.each([
    ['well below 2 % of bounces', { sent: 10_000, bounced: 199 }, 'well'],
    ['warned of from 2 % on', { sent: 10_000, bounced: 200 }, 'warned'],
    ['held from 4 % on', { sent: 10_000, bounced: 400 }, 'held'],
    ['warned of from 0.05 % of complaints on', { sent: 10_000, complained: 5 }, 'warned'],
    ['held from 0.08 % of complaints on', { sent: 10_000, complained: 8 }, 'held'],
    ['well with 1 bounce of 10', { sent: 10, bounced: 1 }, 'well'],
    ['well with all of 499 bounced', { sent: 499, bounced: 499 }, 'well'],
    ['held with 20 of 500', { sent: 500, bounced: 20 }, 'held'],
    ['well with two complaints of 500', { sent: 500, complained: 2 }, 'well'],
    ['held though a process died that had counted what it sent', { bounced: 600 }, 'held'],
  ] as const)('is %s', (_what, tally, level) => {
    expect(standing(tally)?.level).toBe(level)
  })

  it('stays held until nothing is left to warn of', () => {
    expect(standing({ sent: 10_000, bounced: 300 }, { level: 'held' })?.level).toBe('held')
    expect(standing({ sent: 10_000, bounced: 199 }, { level: 'held' })?.level).toBe('well')
    expect(standing({ sent: 10_000, bounced: 300 }, { level: 'warned' })?.level).toBe('warned')
  })

  it('says which rate, of how many', () => {
    expect(standing({ sent: 12_345, bounced: 500, complained: 20 })?.reason).toBe(
      '4.05 % of 12345 bounced, 0.162 % of 12345 complained',
    )
  })

  it('is judged by nothing that it sent before a person let it go on', () => {
    const bad = { sent: 10_000, bounced: 5_000 }
    const after = (countedFrom: number) => standing(bad, { countedFrom })?.level
    expect([after(now), after(now - hourMs)]).toEqual(['well', 'held'])
  })

  it('is never held where the limit is off', () => {
    const off = guardian.parse({ bounces: { holdPercent: null, warnPercent: null } })
    const hours = [{ ...own, at: now, sent: 1_000, bounced: 1_000, complained: 0 }]
    expect(judge({ hours, watches: [], limits: off, now })).toMatchObject([{ level: 'well' }])
  })
})

describe('rolling rates', () => {
  const sender = fc.constantFrom(own, { project: 'shop', domain: 'own.test' })
  const deed = fc.record({
    sender,
    minutes: fc.integer({ min: 0, max: 600 }),
    sent: fc.integer({ min: 0, max: 400 }),
    bounced: fc.integer({ min: 0, max: 30 }),
    complained: fc.integer({ min: 0, max: 3 }),
  })

  it('are those of what was sent within the window, whatever came when', () => {
    fc.assert(
      fc.property(
        fc.array(deed, { maxLength: 60 }),
        fc.integer({ min: 1, max: 168 }),
        (all, windowHours) => {
          const limit = guardian.parse({ windowHours })
          let at = now
          const told: SenderCount[] = all.map(
            ({ sender: { project, domain }, minutes, ...counts }) => {
              at += minutes * 60_000
              return { project, domain, at, ...counts }
            },
          )
          const hours = told.map((one) => ({
            sent: 0,
            bounced: 0,
            complained: 0,
            ...one,
            at: Math.floor(one.at / hourMs) * hourMs,
          }))
          const start = startOf(at, limit)
          for (const one of judge({ hours, watches: [], limits: limit, now: at })) {
            const within = told.filter(
              (count) =>
                count.project === one.project && count.at >= start && count.domain === one.domain,
            )
            const sum = (what: 'sent' | 'bounced' | 'complained') =>
              within.reduce((total, count) => total + (count[what] ?? 0), 0)
            expect(one).toMatchObject({
              sent: sum('sent'),
              bounced: sum('bounced'),
              complained: sum('complained'),
            })
            const recipients = Math.max(sum('sent'), sum('bounced'), sum('complained'))
            if (recipients < limit.leastRecipients) expect(one.level).toBe('well')
            else if (sum('bounced') >= 0.04 * recipients) expect(one.level).toBe('held')
          }
          expect(at - start).toBeLessThanOrEqual(windowHours * hourMs)
          expect(at - start).toBeGreaterThan((windowHours - 1) * hourMs)
        },
      ),
    )
  })

  it('come to rest: what was changed once is not changed again', () => {
    fc.assert(
      fc.property(fc.array(deed, { minLength: 1, maxLength: 20 }), (all) => {
        const hours = all.map(({ sender: name, minutes: _, ...counts }) => ({
          ...name,
          at: now,
          ...counts,
        }))
        const changes = changesOf({ hours, watches: [], limits, now })
        expect(changesOf({ hours, watches: changes, limits, now })).toEqual([])
      }),
    )
  })
})

describe('what a process counts', () => {
  it('is one number for each sender and hour, with a bound on how many senders', async () => {
    const counts = openCounts()
    for (let n = 0; n < 2_000; n++)
      counts.note({ project: 'p', domain: `d${n % 1_000}.test` }, 1, now)
    counts.note({ project: 'p', domain: 'late.test' }, 2, now + hourMs)
    let written: readonly SenderCount[] = []
    await counts.write(async (some) => void (written = some))
    expect(written).toHaveLength(502)
    expect(written.find(({ domain }) => domain === '*')).toMatchObject({ sent: 1_000 })
    expect(written.at(-1)).toMatchObject({ domain: 'late.test', at: now + hourMs, sent: 2 })
  })

  it('is not lost when it cannot be written, nor written twice', async () => {
    const counts = openCounts()
    counts.note(own, 3, now)
    const broken = async () => Promise.reject(new Error('no store'))
    await expect(counts.write(broken)).rejects.toThrow('no store')
    counts.note(own, 1, now)
    const written: (readonly SenderCount[])[] = []
    const keep = async (some: readonly SenderCount[]) => void written.push(some)
    await counts.write(keep)
    await counts.write(keep)
    expect(written).toMatchObject([[{ ...own, at: now, sent: 4 }]])
  })
})
