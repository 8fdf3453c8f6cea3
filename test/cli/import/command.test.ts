import { describe, expect, it } from 'vitest'
import { importCommand, type ImportOptions } from '../../../cli/import/command.ts'
import { sampleFile } from './files.ts'

interface Saved {
  readonly settings: unknown
  readonly secrets: unknown
}

/** Runs the command on a sample file: what it printed and what it saved. */
async function run(options: Partial<ImportOptions>, text = sampleFile('pydio.json')) {
  const printed: string[] = []
  const saved: Saved[] = []
  await importCommand(
    { from: 'pydio', ...options },
    {
      read: async () => text,
      ask: async () => ({}),
      print: (line) => void printed.push(line),
      page: { columns: 100 },
      save: async (settings, secrets) => void saved.push({ settings, secrets }),
    },
  )
  return { output: printed.join('\n'), saved }
}

describe('postern settings import', () => {
  it('shows what would come of the file and saves nothing', async () => {
    const { output, saved } = await run({})
    expect(output).toMatch(/^smtp\.host +smtp\.acme\.test +pydio\.grpc\.mailer\/sender\/host$/m)
    expect(output).toMatch(/Wrong there.+465.+smtp\.security tls/s)
    expect(output).toMatch(/Not carried over:.+defaults\/sendmail/s)
    expect(output).toContain('Nothing was saved')
    expect(saved).toEqual([])
  })

  it('saves settings and secrets together with --apply', async () => {
    const { output, saved } = await run({ apply: true })
    expect(saved).toEqual([
      {
        settings: expect.objectContaining({ engine: 'smtp', fromPolicy: 'onBehalf' }) as object,
        secrets: { 'smtp.password': 's3cret-Pydio' },
      },
    ])
    expect(output).toMatch(/Saved\.$/)
  })

  it.each([{}, { apply: true }, { json: true }, { json: true, apply: true }])(
    'shows no secret with %j',
    async (options) => {
      expect((await run(options)).output).not.toContain('s3cret')
    },
  )

  it('prints one JSON document with --json, and says in it whether it saved', async () => {
    const { output } = await run({ json: true })
    expect(JSON.parse(output)).toMatchObject({
      applied: false,
      secrets: ['smtp.password'],
      settings: { engine: 'smtp' },
      understood: expect.arrayContaining([
        { key: 'pydio.grpc.mailer/sender/port', setting: 'smtp.port', value: 465 },
      ]) as unknown[],
    })
    expect(JSON.parse((await run({ json: true, apply: true })).output)).toMatchObject({
      applied: true,
    })
  })

  it('claims nothing when saving fails', async () => {
    const printed: string[] = []
    const done = importCommand(
      { from: 'pydio', apply: true, json: true },
      {
        read: async () => sampleFile('pydio.json'),
        ask: async () => ({}),
        print: (line) => void printed.push(line),
        page: { columns: 100 },
        save: () => Promise.reject(new Error('someone else saved')),
      },
    )
    await expect(done).rejects.toThrow('someone else saved')
    expect(printed).toEqual([])
  })

  it('lets no file speak to the terminal', async () => {
    const hostile =
      '{"services":{"pydio.grpc.mailer":{"\\u001b[2Jx\\ny":1,"fromName":"\\u202eevil","sender":{"@value":"\\u001b"}}}}'
    const { output } = await run({}, hostile)
    expect(output).not.toMatch(/[\x1b\u202e]|^y/m)
    expect(output).toContain('[2Jx y')
  })

  it('says when no setting came of a file', async () => {
    const { output } = await run({ from: 'shield' }, 'FRONTIER_APP_MAILER_SMTP_HOST=')
    expect(output).toContain('engine noop')
  })
})
