import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../mail/email/address.ts'
import { csvLine, recordsIn, withoutGuard } from '../../../mail/suppress/csv.ts'
import { suppressionRows } from '../../../mail/suppress/suppression-rows.ts'
import { openApi, said, text } from '../open-api.ts'

describe('/v1/suppressions', () => {
  it('adds one, shows it with its history, lists and removes it', async () => {
    const api = openApi()
    const wish = { address: 'Gone@Example.com', text: 'asked on the phone' }
    const [status, added] = await said(api.post('/v1/suppressions', wish))
    expect(status).toBe(201)
    const cause = { reason: 'manual', by: 'local', email_id: null, status: null, text: wish.text }
    expect(added).toMatchObject({ address: 'Gone@example.com', list: null, project: 'default' })
    expect(added['causes']).toEqual([{ ...cause, created_at: text }])
    expect(await api.read(`/v1/suppressions/${added.id}`)).toMatchObject({
      history: [{ what: 'added', reason: 'manual', by: 'local' }],
    })
    const found = await api.read('/v1/suppressions?q=gone@EXAMPLE.com&reason=manual')
    expect(found.data.map(({ id }) => id)).toEqual([added.id])
    expect((await api.read('/v1/suppressions?reason=bounce')).data).toEqual([])
    const remove = () => api.fetch(`/v1/suppressions/${added.id}`, { method: 'DELETE' })
    expect(await said(remove())).toEqual([200, { id: added.id, deleted: true }])
    expect((await remove()).status).toBe(404)
    expect((await api.read('/v1/suppressions')).data).toEqual([])
  })

  it('suppresses in all projects when asked to', async () => {
    const api = openApi()
    const wish = { address: 'a@b.test', allProjects: true }
    expect(await said(api.post('/v1/suppressions', wish))).toMatchObject([201, { project: '*' }])
    const question = { project: 'shop', addresses: ['a@b.test'] }
    expect(await api.postern.suppressions.find(question)).toHaveLength(1)
  })

  it.each([
    [{}, 'address'],
    [{ address: 'a' }, 'address'],
    [{ address: 'a@b.test', reason: 'odd' }, 'reason'],
    [{ address: 'a@b.test', list: 'a b' }, 'list'],
    [{ address: 'a@b.test', list: 'news', reason: 'bounce' }, 'reason'],
  ])('refuses %o and names %s', async (wish, path) => {
    const [status, { error }] = await said(openApi().post('/v1/suppressions', wish))
    expect([status, error.errors]).toMatchObject([422, [{ path }]])
  })
})

describe('a file of suppressions', () => {
  const importFile = (api: ReturnType<typeof openApi>, body: BodyInit, query = '') =>
    api.fetch(`/v1/suppressions/import${query}`, { method: 'POST', body })

  it('is added row by row, each fault with its line', async () => {
    const api = openApi()
    const file =
      '\ufeff"Email","Reason"\r\nbob@b.test,bounce\r\nno address,\r\n"broken\r\n\r\nann@b.test,spam'
    expect(await said(importFile(api, file))).toMatchObject([
      200,
      {
        added: 2,
        known: 0,
        refused: 2,
        faults: [
          { line: 3, rule: 'the address holds white space' },
          { line: 4, rule: 'a quote is not closed, or text follows where one is' },
        ],
      },
    ])
    expect(await said(importFile(api, file))).toMatchObject([200, { added: 0, known: 2 }])
    const { data } = await api.read('/v1/suppressions')
    const reasons = data.map(({ causes }) => (causes as { reason: string }[])[0]!.reason)
    expect(reasons.sort()).toEqual(['bounce', 'complaint'])
  })

  it('comes back whole from an export, without a formula in it', async () => {
    const [from, to] = [openApi(), openApi()]
    const add = (wish: object) => from.post('/v1/suppressions', wish)
    await add({ address: '=cmd@b.test', text: '=HYPERLINK("http://evil.test","x")' })
    await add({ address: "'+a@b.test", list: 'news' })
    for (let n = 0; n < 150; n++) await add({ address: `a${n}@b.test`, reason: 'bounce' })
    const file = await (await from.fetch('/v1/suppressions/export')).text()
    expect(file.split('\r\n').filter((line) => /^[=+\-@]|,[=+\-@]/.test(line))).toEqual([])
    expect(await said(importFile(to, file))).toMatchObject([200, { added: 152, refused: 0 }])
    expect(await (await to.fetch('/v1/suppressions/export')).text()).toBe(
      file.replaceAll(',local,', ',local (import),'),
    )
  })

  it('is refused when it is not UTF-8, too long, or has too many rows', async () => {
    const api = openApi()
    expect((await importFile(api, new Uint8Array([0xff, 0x41]))).status).toBe(400)
    expect((await importFile(api, 'a@b.test\n'.repeat(10_001))).status).toBe(413)
    expect((await importFile(api, 'a'.repeat(4_000_001))).status).toBe(413)
    expect((await importFile(api, 'a@b.test', '?reason=odd')).status).toBe(422)
  })

  it.each([
    [
      'Postmark',
      'EmailAddress,SuppressionReason,Origin,CreatedAt',
      'a@b.test,HardBounce,Recipient,x',
    ],
    ['SendGrid', 'status,reason,email,created', '5.1.1,550 no such user,a@b.test,1700000000'],
    ['Mailgun', 'address;code;error;created_at', 'a@b.test;550;no such user;'],
  ])('of %s is read', (_, head, row) => {
    const rows = [...suppressionRows(`${head}\n${row}`, { reason: 'bounce', now: 2e12 })]
    expect(rows).toMatchObject([{ place: { address: 'a@b.test' }, cause: { reason: 'bounce' } }])
  })

  it('reads every cell that was written, whatever is in it', () => {
    const cells = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), {
      minLength: 1,
      maxLength: 9,
    })
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 9 }), (records) => {
        const written = records.map(csvLine)
        for (const cell of records.flat()) expect(csvLine([cell])).not.toMatch(/^"?[=+\-@\t]/)
        // The header keeps the separator and the mark out of question.
        const read = [...recordsIn(`a,b\r\n${written.join('')}`)].slice(1)
        const kept = records.filter((one) =>
          one.some((cell) => /^[\t\r]/.test(cell) || cell.trim() !== ''),
        )
        expect(read.map((record) => record.cells.map(withoutGuard))).toEqual(kept)
      }),
    )
  })

  it('throws at nothing, and adds only addresses that may be mailed', () => {
    const alphabet = fc.constantFrom(
      'a@b.test',
      'email',
      '"',
      '""',
      ',',
      ';',
      '\t',
      '\r',
      '\n',
      '=',
      '\0',
    )
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 60 }), (parts) => {
        for (const row of suppressionRows(parts.join(''), { reason: 'manual', now: 1 }))
          if ('place' in row)
            expect(parseAddress(row.place.address, 'local')).toHaveProperty('address')
      }),
    )
  })

  it('takes no long time, whatever it is made of', () => {
    for (const part of ['"', '""', '",', '"\n', ',', 'a"\n', '"a\n']) {
      const text = `a@b.test\n${part.repeat(300_000 / part.length)}`
      expect([...recordsIn(text)][0]?.cells).toEqual(['a@b.test'])
    }
  }, 5_000)
})
