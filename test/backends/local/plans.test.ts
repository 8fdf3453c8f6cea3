import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { captureListStatement } from '../../../backends/local/capture-list.ts'
import { emailListStatement } from '../../../backends/local/email-list.ts'
import { oldEmails, settledEmails } from '../../../backends/local/retention.ts'
import { addFunctions, migrations } from '../../../backends/local/schema.ts'

/**
 * However many rows there are, a list reads a page of them: each table is entered by an index, and
 * the index already has the order of the answer.
 */
describe('query plans', () => {
  const db = new DatabaseSync(':memory:')
  addFunctions(db)
  for (const migration of migrations) db.exec(migration)
  afterAll(() => db.close())

  const plan = (text: string) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all()
      .map((row) => row['detail'] as string)

  const [id, q, state] = ['01980000-0000-7000-8000-000000000000', 'a@b.c', 'sent'] as const

  it.each([
    {},
    { after: id },
    { before: id },
    { state },
    { state, after: id },
    { state, before: id },
    { q },
    { q, state },
    { q, state, after: id },
    { q: id },
    { scope: 'shop' },
    { scope: 'shop', state, after: id },
    { scope: 'shop', state: 'held' as const },
    { scope: 'shop', q },
    { scope: 'default', before: id },
    { stream: 'bulk' as const },
    { stream: 'bulk' as const, after: id },
    { stream: 'transactional' as const },
    { stream: 'transactional' as const, scope: 'shop' },
    { stream: 'bulk' as const, state: 'held' as const },
  ])('emails by %o walk an index', (query) => {
    const steps = plan(emailListStatement({ scope: '*', limit: 10, ...query }).text)
    // The ids of bulk emails are a table in their own order.
    const walks = /^(SEARCH|SCAN) .* USING (INDEX|PRIMARY KEY)|^SCAN ids$|^USING INDEX .* FOR IN/
    expect(steps.filter((step) => !walks.test(step))).toEqual([])
    const filtered =
      'q' in query ||
      'state' in query ||
      query.scope === 'shop' ||
      'after' in query ||
      'before' in query
    expect(steps[0]).toMatch(filtered ? /^SEARCH/ : /^SCAN ids( USING INDEX|$)/)
  })

  it('emails of a recipient start from that recipient, also when a state is asked for', () => {
    const [first] = plan(emailListStatement({ scope: '*', limit: 10, q, state }).text)
    expect(first).toBe('SEARCH ids USING PRIMARY KEY (address=?)')
  })

  it.each([
    [{}, 'COVERING INDEX sqlite_autoindex_captures_1 (id<?)'],
    [{ after: id }, 'COVERING INDEX sqlite_autoindex_captures_1 (id<?)'],
    [{ before: id }, 'COVERING INDEX sqlite_autoindex_captures_1 (id>?)'],
    [{ to: q }, 'PRIMARY KEY (address=? AND id<?)'],
    [{ to: q, before: id }, 'PRIMARY KEY (address=? AND id>?)'],
    [{ subject: 'x' }, 'COVERING INDEX captures_by_subject (id<?)'],
    [{ to: q, subject: 'x' }, 'PRIMARY KEY (address=? AND id<?)'],
    [{ tag: 'x' }, 'PRIMARY KEY (tag=? AND id<?)'],
    [{ tag: 'x', scope: 'shop' }, 'PRIMARY KEY (tag=? AND id<?)'],
    [{ tag: 'x', to: q }, 'PRIMARY KEY (address=? AND id<?)'],
    [{ scope: 'shop' }, 'COVERING INDEX captures_by_project (project=? AND id<?)'],
    [{ scope: 'shop', before: id }, 'COVERING INDEX captures_by_project (project=? AND id>?)'],
    [{ scope: 'shop', subject: 'x' }, 'INDEX captures_by_project (project=? AND id<?)'],
  ])('captures by %o find their ids in an index', (query, index) => {
    const steps = plan(captureListStatement({ scope: '*', limit: 10, ...query })!.text)
    expect(steps).toContain(`SEARCH ids USING ${index}`)
    expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([
      expect.stringMatching(/^SCAN \(subquery-\d\)$/),
    ])
  })

  it.each([{}, { after: id }, { before: id }, { to: q, subject: 'x' }])(
    'captures by words and %o are read in the order of the index of words',
    (query) => {
      const steps = plan(captureListStatement({ scope: '*', limit: 10, q: 'x', ...query })!.text)
      expect(steps[0]).toMatch(/^SCAN capture_words VIRTUAL TABLE/)
      expect(steps.slice(1).filter((step) => /^SCAN|TEMP/.test(step))).toEqual([])
    },
  )

  it('emails that may go are found by when they settled, and none other is looked at', () => {
    expect(plan(oldEmails(['sent', 'captured']))).toEqual([
      'SEARCH emails USING INDEX emails_by_settled_at (settled_at<?)',
    ])
    expect(plan(settledEmails)).toEqual([
      'SEARCH emails USING INDEX emails_by_settled_at (settled_at>? AND settled_at<?)',
    ])
  })
})
